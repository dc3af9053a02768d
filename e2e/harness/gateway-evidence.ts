import type { DevGateway, RecordedRequest } from '@gate/dev-gateway'
import { expect } from 'vitest'

/** The requests of one client to the model API, without connection warm-ups. */
export function modelRequests(gateway: DevGateway, path: RegExp): RecordedRequest[] {
  return gateway.requests.filter(
    ({ method, path: asked, headers }) => method === 'POST' && path.test(asked) && headers['user-agent'] !== 'gate',
  )
}

const CREDENTIAL_HEADERS = /^(authorization|proxy-authorization|cookie|x-api-key|x-goog-api-key|api-key)$/

/**
 * The one access token that every recorded request carried, where the client is expected to carry it, and no other
 * credential anywhere.
 */
export function onlyCredential(requests: readonly RecordedRequest[], headers: readonly string[]): string {
  expect(requests).not.toHaveLength(0)
  const tokens = new Set<string>()
  for (const request of requests) {
    const carried = Object.keys(request.headers).filter((name) => CREDENTIAL_HEADERS.test(name))
    expect(carried.sort(), `${request.method} ${request.path}`).toEqual([...headers].sort())
    expect(request.token?.state).toBe('valid')
    const bearer = request.bearer ?? ''
    if (headers.includes('x-api-key')) expect(request.apiKey).toBe(bearer)
    tokens.add(bearer)
    const elsewhere = JSON.stringify([
      { ...request.headers, authorization: '', 'x-api-key': '' },
      request.query,
      request.body,
    ])
    expect(elsewhere.includes(bearer), 'the token outside its headers').toBe(false)
  }
  expect([...tokens]).toHaveLength(1)
  return [...tokens][0] ?? ''
}

/** What Claude Code sends the helper's token as. */
export const CLAUDE_CODE_HEADERS = ['authorization', 'x-api-key']
/** What Codex sends the helper's token as. */
export const CODEX_HEADERS = ['authorization']
/** What the plugin file in OpenCode sends it as. */
export const OPENCODE_HEADERS = ['authorization']
