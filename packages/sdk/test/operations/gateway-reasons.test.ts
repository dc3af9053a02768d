import { expect, test } from 'vitest'
import type { Profile, ProtocolEvidence } from '../../src/profile/index.js'
import { gatewayReasons, protocolsOf, unspokenNote } from '../../src/status/gateway-reasons.js'

const at = '2026-11-29T12:00:00.000Z'
const evidence = (verdict: ProtocolEvidence['verdict'], more: Partial<ProtocolEvidence> = {}): ProtocolEvidence => ({
  verdict,
  asked: '',
  status: 404,
  at,
  ...more,
})
const rejected = (credential: 'sign-in' | 'environment') =>
  evidence('speaks', { rejected: { status: 401, at, said: 'token expired', credential } })

const PATHS = { anthropic: '/v1/messages', openai: '/v1/responses', 'openai-chat': '/v1/chat/completions' } as const

/** Evidence of a profile that has the prefix `/llm` for everything, each about its own endpoint. */
function profile(protocols: Profile['protocols'] = {}): Profile {
  const entries = Object.entries(protocols).map(([name, seen]) => {
    const path = PATHS[name as keyof typeof PATHS]
    return [name, { ...seen, asked: `POST https://llm.example.com/llm${path}` }]
  })
  const paths = { anthropicPath: '/llm', openaiPath: '/llm' }
  return { gatewayUrl: 'https://llm.example.com', ...paths, protocols: Object.fromEntries(entries) }
}

test.each([{ gatewayUrl: 'https://other.example.com' }, { openaiPath: '' }, { gatewayUrl: 'not a URL' }])(
  'what was seen elsewhere counts for nothing: %j',
  (change) => {
    const moved = { ...profile({ openai: evidence('does-not') }), ...change }
    expect(gatewayReasons({ env: {} }, moved, { displayName: 'X', protocols: ['openai'] })).toEqual([])
  },
)

const codes = (
  protocols: Profile['protocols'],
  needs: readonly ('anthropic' | 'openai' | 'openai-chat')[] | undefined,
  env: Readonly<Record<string, string>> = {},
) => gatewayReasons({ env }, profile(protocols), { displayName: 'X', protocols: needs }).map(({ code }) => code)

test.each([
  ['nothing is known', undefined, ['openai'], []],
  ['it is spoken', { openai: evidence('speaks') }, ['openai'], []],
  ['it is not known', { openai: evidence('unknown') }, ['openai'], []],
  ['it is not spoken', { openai: evidence('does-not') }, ['openai'], ['protocol-not-spoken']],
  ['another one is not spoken', { anthropic: evidence('does-not') }, ['openai'], []],
  [
    'one of two is spoken',
    { openai: evidence('does-not'), anthropic: evidence('speaks') },
    ['openai', 'anthropic'],
    [],
  ],
  ['one of two is not known', { openai: evidence('does-not') }, ['openai', 'anthropic'], []],
  [
    'none of two is spoken',
    { openai: evidence('does-not'), anthropic: evidence('does-not') },
    ['openai', 'anthropic'],
    ['protocol-not-spoken'],
  ],
  ['the token was rejected', { openai: rejected('sign-in') }, ['openai'], ['token-rejected']],
  ['it was rejected for what nobody needs', { anthropic: rejected('sign-in') }, ['openai'], []],
  [
    'it was rejected for the only one that is left',
    { openai: evidence('does-not'), anthropic: rejected('sign-in') },
    ['openai', 'anthropic'],
    ['token-rejected'],
  ],
  [
    'it was rejected for one of two',
    { openai: evidence('speaks'), anthropic: rejected('sign-in') },
    ['openai', 'anthropic'],
    [],
  ],
  ['a client that does not say what it needs', { openai: evidence('does-not') }, undefined, []],
  ['a client that does not say, and a rejected token', { openai: rejected('sign-in') }, undefined, ['token-rejected']],
  ['the token of another place was rejected', { openai: rejected('environment') }, ['openai'], []],
] as const)('%s', (_, protocols, needs, expected) => {
  expect(codes(protocols as Profile['protocols'], needs)).toEqual(expected)
})

test('a rejected GATE_TOKEN counts while there is one', () => {
  expect(codes({ openai: rejected('environment') }, ['openai'], { GATE_TOKEN: 'x' })).toEqual(['token-rejected'])
  expect(codes({ openai: rejected('sign-in') }, ['openai'], { GATE_TOKEN: 'x' })).toEqual([])
})

test('the gateway’s own words, status and day are told', () => {
  const [reason] = gatewayReasons({ env: {} }, profile({ openai: rejected('sign-in') }), { displayName: 'X' })
  expect(reason?.message).toContain(
    'POST https://llm.example.com/llm/v1/responses answered 401 (“token expired”) on 2026-11-29.',
  )
  const note = unspokenNote(profile({ openai: evidence('does-not') }), {
    displayName: 'Codex CLI',
    protocols: ['openai'],
  })
  expect(note?.message).toBe(
    'The gateway does not speak openai, which Codex CLI needs: POST https://llm.example.com/llm/v1/responses answered 404 on 2026-11-29.',
  )
})

test.each([undefined, [], 'openai', ['gopher'], null, 7])('a plugin whose protocols are %j says nothing', (given) => {
  expect(protocolsOf({ protocols: given } as unknown as Parameters<typeof protocolsOf>[0])).toBeUndefined()
})
