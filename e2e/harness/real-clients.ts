import type { RecordedRequest } from '@gate/dev-gateway'
import { expect } from 'vitest'
import { CLAUDE_CODE_HEADERS, CODEX_HEADERS, OPENCODE_HEADERS, onlyCredential } from './gateway-evidence.ts'
import type { Finished } from './run-process.ts'
import type { CallOptions, ThrowawayHome } from './throwaway-home.ts'

/** A real client: how it is asked something, and what it sends to the gateway then. */
export interface RealClient {
  readonly id: 'claude-code' | 'codex' | 'opencode'
  ask(home: ThrowawayHome, options?: CallOptions): Promise<Finished>
  /** Paths of the requests that carry the token. */
  readonly paths: RegExp
  /** Headers that carry it. */
  readonly headers: readonly string[]
}

/** Every client that gate has a plugin for, in the order of `gate status`. */
export const realClients: readonly RealClient[] = [
  {
    id: 'claude-code',
    ask: (home, options) => home.claude([], options),
    paths: /\/v1\/messages$/,
    headers: CLAUDE_CODE_HEADERS,
  },
  {
    id: 'codex',
    ask: (home, options) => home.codex([], options),
    paths: /\/v1\/(responses|models)$/,
    headers: CODEX_HEADERS,
  },
  {
    id: 'opencode',
    ask: (home, options) => home.opencode([], options),
    paths: /\/v1\/(messages|chat\/completions|models)$/,
    headers: OPENCODE_HEADERS,
  },
]

/** What one answer of a client took. */
export interface Answered {
  readonly client: RealClient
  readonly requests: readonly RecordedRequest[]
  /** The one credential that its requests carried. */
  readonly token: string
}

/** Lets clients answer one after the other, and holds what the gateway saw of each against what it should send. */
export async function letAnswer(
  home: ThrowawayHome,
  answer: string,
  options: CallOptions = {},
  clients: readonly RealClient[] = realClients,
): Promise<Answered[]> {
  const answered: Answered[] = []
  for (const client of clients) {
    const { length } = home.gateway.requests
    const finished = await client.ask(home, options)
    expect(finished, `${client.id}: ${finished.stdout}${finished.stderr}`).toMatchObject({ code: 0 })
    expect(finished.stdout, finished.stderr).toContain(answer)
    const requests = home.gateway.requests.slice(length).filter(({ path }) => client.paths.test(path))
    // A connection warm-up of Claude Code carries nothing.
    const counted = requests.filter(({ method }) => method !== 'HEAD')
    answered.push({ client, requests: counted, token: onlyCredential(counted, client.headers) })
  }
  return answered
}
