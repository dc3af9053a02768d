/** One parsed server-sent event. */
export interface ParsedEvent {
  event: string | undefined
  data: string
}

/** Parses a whole event stream; throws on a line that is neither `event:` nor `data:`. */
export function parseEvents(stream: string): ParsedEvent[] {
  return stream
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const parsed: ParsedEvent = { event: undefined, data: '' }
      for (const line of block.split('\n')) {
        if (line.startsWith('event: ')) parsed.event = line.slice('event: '.length)
        else if (line.startsWith('data: ')) parsed.data = line.slice('data: '.length)
        else throw new Error(`not a line of an event stream: ${line}`)
      }
      return parsed
    })
}
