import type { ServerResponse } from 'node:http'
import type { Answer, SseEvent } from './answer.js'

/** Sends a whole answer. A HEAD request gets the head only. */
export function sendAnswer(res: ServerResponse, answer: Answer, headOnly: boolean): void {
  switch (answer.kind) {
    case 'empty':
      res.writeHead(answer.status, { 'content-length': '0', ...answer.headers }).end()
      return
    case 'json': {
      const text = JSON.stringify(answer.body)
      res.writeHead(answer.status, jsonHead(text, answer.headers)).end(headOnly ? undefined : text)
      return
    }
    case 'events':
      res.writeHead(200, { ...SSE_HEAD, ...answer.headers })
      for (const event of answer.events) res.write(frame(event))
      res.end()
  }
}

/**
 * Sends the beginning of an answer and then drops the connection.
 *
 * @param afterEvents How many SSE events still go out, or for JSON: half of it does. 0: the connection is reset before any head.
 */
export function cutAnswer(res: ServerResponse, answer: Answer, afterEvents: number): void {
  const { socket } = res
  // Once bytes are under way only a plain close is sure to deliver them: a reset may overtake them.
  const close = () => socket?.destroy()
  if (afterEvents <= 0 || answer.kind === 'empty') {
    socket?.resetAndDestroy()
  } else if (answer.kind === 'json') {
    const text = JSON.stringify(answer.body)
    res.writeHead(answer.status, jsonHead(text, answer.headers)).write(text.slice(0, text.length / 2), close)
  } else {
    res.writeHead(200, { ...SSE_HEAD, ...answer.headers })
    res.write(answer.events.slice(0, afterEvents).map(frame).join(''), close)
  }
}

const SSE_HEAD = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }

function jsonHead(text: string, headers: Record<string, string> | undefined): Record<string, string> {
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)), ...headers }
}

function frame({ event, data }: SseEvent): string {
  const name = event === undefined ? '' : `event: ${event}\n`
  return `${name}data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`
}
