import type { ServerResponse } from 'node:http'

/** Sets the `Date` header as a server whose clock is `seconds` ahead would. Node keeps a `Date` that was set by hand. */
export function sendSkewedDate(res: ServerResponse, seconds: number): void {
  res.setHeader('date', new Date(Date.now() + seconds * 1000).toUTCString())
}
