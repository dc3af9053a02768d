import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { RequestLog } from './contract.js'

/** Enough of a hash to see whether two requests carried the same credential; too little to find the credential. */
function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 8)
}

/** Calls `onRequest` once when the exchange is over, however it ended. */
export function logRequest(
  server: RequestLog['server'],
  req: IncomingMessage,
  res: ServerResponse,
  onRequest: ((event: RequestLog) => void) | undefined,
): void {
  if (!onRequest) return
  const start = performance.now()
  const { authorization, 'x-api-key': apiKey } = req.headers
  const credential = authorization?.replace(/^Bearer\s*/i, '') || (typeof apiKey === 'string' ? apiKey : '')
  res.once('close', () => {
    onRequest({
      server,
      method: req.method ?? '',
      path: (req.url ?? '/').split('?', 1)[0] ?? '/',
      status: res.headersSent ? res.statusCode : undefined,
      credential: credential ? fingerprint(credential) : undefined,
      milliseconds: Math.round(performance.now() - start),
    })
  })
}
