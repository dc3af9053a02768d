import { styleText } from 'node:util'
import { isTerminal, stdout } from './streams.js'

type Colour = 'green' | 'yellow' | 'red' | 'dim' | 'bold' | 'cyan'

/** Colours text of an answer; plain when stdout is no terminal or `NO_COLOR` is set. */
export function paint(colour: Colour, text: string): string {
  // Node opens no stream for an answer that is surely plain.
  if (!isTerminal('stdout') && process.env.FORCE_COLOR === undefined) return text
  return styleText(colour, text, { stream: stdout() })
}
