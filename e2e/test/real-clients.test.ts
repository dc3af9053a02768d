import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { belongsToGate, clientWrites, withoutClientFiles, writtenByClient } from '../harness/client-written.ts'
import { OPENCODE_HEADERS, onlyCredential } from '../harness/gateway-evidence.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { letAnswer } from '../harness/real-clients.ts'
import { type CallOptions, createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'

const hasTools = (body: unknown) => typeof body === 'object' && body !== null && 'tools' in body

describe('the real Claude Code, Codex and OpenCode through the gateway and back', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeEach(async () => {
    gateway = await startDevGateway({ answer: ANSWER })
    home = await createHome({ gateway })
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  const setUp = async () => {
    const setup = await home.gate(['setup', ...home.connection])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
  }
  const allAnswer = (options?: CallOptions) => letAnswer(home, ANSWER, options)

  it('answers every client with the token of the provider, and no other credential reaches the gateway', async () => {
    await setUp()
    expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })
    gateway.clearRequests()
    const tokens = new Set((await allAnswer()).map(({ token }) => token))
    expect(tokens.size).toBe(1)
    const [token] = tokens
    expect((await home.gate(['token'])).stdout).toBe(`${token}\n`)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
    const credentials = new Set(gateway.requests.flatMap(({ bearer, apiKey }) => [bearer, apiKey]))
    expect([...credentials].filter((value) => value !== undefined)).toEqual([token])
  })

  it('refreshes an expired token at the next run, without a browser', async () => {
    gateway.set({ accessTokenLifetime: 20 })
    await setUp()
    const first = (await allAnswer()).map(({ requests }) => requests[0]?.token)
    for (const token of first) expect(token?.state).toBe('valid')
    const newest = Math.max(...first.map((token) => token?.expiresAt ?? 0))
    await sleep(Math.max(0, newest - Date.now()) + 1000)
    gateway.clearRequests()
    const answered = await allAnswer()
    const old = new Set(first.map((token) => token?.jti))
    for (const { requests } of answered) expect(old.has(requests[0]?.token?.jti)).toBe(false)
    expect(gateway.requests.filter(({ status }) => status === 401)).toEqual([])
    // Runs that fit into one token's lifetime share it.
    const refreshes = new Set(answered.map(({ token }) => token)).size
    expect(gateway.counters).toMatchObject({
      browserStarts: 0,
      authorizationRequests: 0,
      tokenRequests: refreshes,
      refreshRequests: refreshes,
    })
  })

  it('answers OpenCode over both APIs, each with the models of the connection for it', async () => {
    const setup = await home.gate(['setup', '--models', 'gpt-5.2,claude-sonnet-5', ...home.connection])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(await home.read('home/.config/opencode/opencode.jsonc'))).toMatchObject({
      model: 'gate/gpt-5.2',
      small_model: 'gate/gpt-5.2',
    })
    // A client has three seconds for its answer, which a busy machine may not give it.
    const agrees = async () => {
      const { checks } = JSON.parse((await home.gate(['doctor', '--json'])).stdout) as {
        checks: { id: string; result: string; detail: string }[]
      }
      return checks.find(({ id }) => id === 'client.opencode.agrees')
    }
    await expect.poll(agrees, { timeout: 90_000, interval: 1000 }).toMatchObject({
      result: 'pass',
      detail: expect.stringContaining('opencode'),
    })
    for (const [args, path] of [
      [[], '/v1/chat/completions'],
      [['-m', 'gate-anthropic/claude-sonnet-5'], '/v1/messages'],
    ] as const) {
      gateway.clearRequests()
      expect((await home.opencode(args)).stdout).toContain(ANSWER)
      onlyCredential(gateway.requests, OPENCODE_HEADERS)
      expect(gateway.requests.map((request) => request.path)).toContain(path)
      // The models are known, so nobody asked for a list.
      expect(gateway.requests.filter(({ method }) => method !== 'POST')).toEqual([])
    }
  })

  it('renews a token in the middle of an OpenCode session, which sees nothing of it', async () => {
    await setUp()
    // Only the answer itself has tools; OpenCode asks for a title beside it, and may end before that has come.
    gateway.fail({ kind: '401', match: ({ path, body }) => path.endsWith('/v1/messages') && hasTools(body) })
    gateway.clearRequests()
    expect((await home.opencode()).stdout).toContain(ANSWER)
    const refused = gateway.requests.filter(({ status }) => status === 401)
    expect(refused).toHaveLength(1)
    const renewed = gateway.requests.filter(({ bearer, status }) => status === 200 && bearer !== refused[0]?.bearer)
    expect(renewed.length).toBeGreaterThan(0)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, refreshRequests: 1 })
  })

  it('sends nothing from OpenCode when there is no token, and says which command helps', async () => {
    await setUp()
    const logout = await home.gate(['logout'])
    expect(logout, logout.stderr).toMatchObject({ code: 0 })
    gateway.clearRequests()
    const silent = await home.opencode([], { env: { BROWSER: 'none' } })
    expect(`${silent.stdout}${silent.stderr}`).toContain('gate login')
    expect(silent.code).toBe(1)
    expect(gateway.requests).toEqual([])
  })

  it('gives the home back, byte, mode and link', async () => {
    await home.write('home/.claude/settings.json', '{\n\t"model": "sonnet"\n}', 0o640)
    await home.write('home/.codex/config.toml', '# mine\nmodel = "gpt-5.2"  # fine\n', 0o600)
    await home.write('home/.config/opencode/opencode.jsonc', '{ // mine\n  "model": "x/y", }\n', 0o640)
    const before = await snapshot(home.home)
    await setUp()
    await allAnswer()
    const status = await home.gate(['status', '--json'])
    const { clients } = JSON.parse(status.stdout) as { clients: { id: string; state: string }[] }
    expect(clients.map(({ id, state }) => [id, state]).sort()).toEqual([
      ['claude-code', 'connected'],
      ['claude-desktop', 'not-installed'],
      ['codex', 'connected'],
      ['opencode', 'connected'],
    ])

    const teardown = await home.gate(['teardown', '--all'])
    expect(teardown, teardown.stderr).toMatchObject({ code: 0 })
    const undone = withoutClientFiles(await snapshot(home.home))
    expect(differences(before, new Map([...undone].filter(([path]) => !belongsToGate(path))))).toEqual([])

    const purge = await home.gate(['teardown', '--all', '--purge'])
    expect(purge, purge.stderr).toMatchObject({ code: 0 })
    expect(differences(before, withoutClientFiles(await snapshot(home.home)))).toEqual([])
  })

  it('runs with the bare PATH of a desktop session', async () => {
    await setUp()
    await allAnswer({ env: { PATH: '/usr/bin:/bin' } })
  })

  it('leaves nothing when gate has one directory of its own', async () => {
    await home.remove()
    home = await createHome({ gateway, gateHome: true })
    const before = await snapshot(home.root)
    await setUp()
    await allAnswer()
    const teardown = await home.gate(['teardown', '--all', '--purge'])
    expect(teardown, teardown.stderr).toMatchObject({ code: 0 })
    const left = new Map(
      [...(await snapshot(home.root))].filter(([path]) => !writtenByClient(path.replace(/^home\//, ''))),
    )
    expect(differences(before, left)).toEqual([])
  })
})

describe('the list of what the clients themselves write', () => {
  it('is what they write without gate, no more and no less', async () => {
    const gateway = await startDevGateway({ auth: 'none' })
    const home = await createHome({ gateway })
    try {
      await home.write('home/.claude/settings.json', JSON.stringify({ apiKeyHelper: 'echo t' }))
      await home.write(
        'home/.codex/config.toml',
        `model_provider = "hand"\n[model_providers.hand]\nname = "hand"\nbase_url = "${gateway.url}/v1"\n` +
          '[model_providers.hand.auth]\ncommand = "echo"\nargs = ["t"]\n',
      )
      const byHand = { npm: '@ai-sdk/openai-compatible', options: { baseURL: `${gateway.url}/v1` }, models: { m: {} } }
      await home.write(
        'home/.config/opencode/opencode.jsonc',
        JSON.stringify({ $schema: 'https://opencode.ai/config.json', model: 'hand/m', provider: { hand: byHand } }),
      )
      const before = await snapshot(home.home)
      const hand = { ANTHROPIC_BASE_URL: gateway.url, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }
      expect(await home.claude([], { env: hand })).toMatchObject({ code: 0 })
      expect(await home.codex()).toMatchObject({ code: 0 })
      expect(await home.opencode()).toMatchObject({ code: 0 })
      const after = await snapshot(home.home)
      expect(differences(before, withoutClientFiles(after))).toEqual([])
      const changed = differences(before, after).map((line) => writtenByClient(line.slice(2)))
      expect([...new Set(changed)].sort()).toEqual(clientWrites().sort())
    } finally {
      await gateway.stop()
      await home.remove()
    }
  })
})
