import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'

const LIMIT = 64 * 1024

/**
 * Reads a form body and puts it back, so that the provider can read it again. `unshift` is allowed until the stream has
 * emitted `end`, and it cannot emit that while it holds bytes.
 *
 * @returns The form, or undefined when the request has no length (then nothing was read).
 */
export async function peekForm(req: IncomingMessage): Promise<URLSearchParams | undefined> {
  const length = Number(req.headers['content-length'])
  if (!Number.isInteger(length) || length < 1 || length > LIMIT) return undefined
  const chunks: Buffer[] = []
  let received = 0
  while (received < length) {
    const chunk: unknown = req.read()
    if (Buffer.isBuffer(chunk)) {
      chunks.push(chunk)
      received += chunk.length
    } else {
      await Promise.race([once(req, 'readable'), once(req, 'close')])
      if (req.destroyed) return undefined
    }
  }
  const body = Buffer.concat(chunks)
  req.unshift(body)
  return new URLSearchParams(body.toString())
}
