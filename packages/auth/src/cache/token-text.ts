import { advice, GateError } from '@gate/core'
import { isTokenText } from './cache-entry.js'

// Claude Code sends the token twice (Authorization and X-Api-Key); with 7 KB each, many servers' 16 KB limit is reached.
const WARN_BYTES = 7 * 1024
// Beyond the limit of any server for all headers together.
const MOST_BYTES = 64 * 1024

/**
 * @param token What is to be handed out.
 * @param origin Where it comes from, for the message.
 * @throws GateError `token-too-large` above 64 KB, `token-invalid` when it is empty or holds anything but visible ASCII.
 */
export function checkTokenText(token: string, origin: string): void {
  if (token.length > MOST_BYTES) {
    throw new GateError({
      code: 'token-too-large',
      message: `${origin} has ${Math.round(token.length / 1024)} KB, which no server takes in a header.`,
      fix: advice('Ask the administrator of the issuer to put fewer groups or claims into it.'),
    })
  }
  if (isTokenText(token)) return
  throw new GateError({
    code: 'token-invalid',
    message: token === '' ? `${origin} is empty.` : `${origin} holds characters that no HTTP header may carry.`,
    fix: advice('Check what the issuer, or whoever set the value, hands out as a token.'),
  })
}

/** A line for people when a token is so large that servers may refuse requests with it. */
export function sizeWarning(token: string): string | undefined {
  if (token.length <= WARN_BYTES) return undefined
  const kilobytes = (token.length / 1024).toFixed(1)
  return `The access token is ${kilobytes} KB; some clients send it twice and servers refuse headers above 8 to 16 KB. Ask for fewer groups or claims in it.`
}
