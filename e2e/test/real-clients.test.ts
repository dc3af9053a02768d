import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { belongsToGate, clientWrites, withoutClientFiles, writtenByClient } from '../harness/client-written.ts'
import { CLAUDE_CODE_HEADERS, CODEX_HEADERS, modelRequests, onlyCredential } from '../harness/gateway-evidence.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'

describe('the real Claude Code and Codex through the gateway and back', () => {
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
  const bothAnswer = async () => {
    const claude = await home.claude()
    expect(claude, claude.stderr).toMatchObject({ code: 0 })
    expect(claude.stdout).toContain(ANSWER)
    const codex = await home.codex()
    expect(codex, codex.stderr).toMatchObject({ code: 0 })
    expect(codex.stdout).toContain(ANSWER)
  }

  it('answers both clients with the token of the provider, and no other credential reaches the gateway', async () => {
    await setUp()
    expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })
    gateway.clearRequests()
    await bothAnswer()
    const claude = onlyCredential(modelRequests(gateway, /\/v1\/messages$/), CLAUDE_CODE_HEADERS)
    const codex = onlyCredential(
      gateway.requests.filter(({ path }) => /\/v1\/(responses|models)$/.test(path)),
      CODEX_HEADERS,
    )
    expect(codex).toBe(claude)
    expect((await home.gate(['token'])).stdout).toBe(`${claude}\n`)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
    const credentials = new Set(gateway.requests.flatMap(({ bearer, apiKey }) => [bearer, apiKey]))
    expect([...credentials].filter((value) => value !== undefined)).toEqual([claude])
  })

  it('refreshes an expired token at the next run, without a browser', async () => {
    gateway.set({ accessTokenLifetime: 20 })
    await setUp()
    await bothAnswer()
    const first = modelRequests(gateway, /\/v1\/messages$/)[0]?.token
    expect(first?.state).toBe('valid')
    await sleep(Math.max(0, (first?.expiresAt ?? 0) - Date.now()) + 1000)
    gateway.clearRequests()
    await bothAnswer()
    const claude = onlyCredential(modelRequests(gateway, /\/v1\/messages$/), CLAUDE_CODE_HEADERS)
    expect(modelRequests(gateway, /\/v1\/messages$/)[0]?.token?.jti).not.toBe(first?.jti)
    const codex = onlyCredential(modelRequests(gateway, /\/v1\/responses$/), CODEX_HEADERS)
    expect(gateway.requests.filter(({ status }) => status === 401)).toEqual([])
    // Both runs fit into one token's lifetime, or the second needed one more.
    const refreshes = codex === claude ? 1 : 2
    expect(gateway.counters).toMatchObject({
      browserStarts: 0,
      authorizationRequests: 0,
      tokenRequests: refreshes,
      refreshRequests: refreshes,
    })
  })

  it('gives the home back, byte, mode and link', async () => {
    await home.write('home/.claude/settings.json', '{\n\t"model": "sonnet"\n}', 0o640)
    await home.write('home/.codex/config.toml', '# mine\nmodel = "gpt-5.2"  # fine\n', 0o600)
    const before = await snapshot(home.home)
    await setUp()
    await bothAnswer()
    const status = await home.gate(['status', '--json'])
    const { clients } = JSON.parse(status.stdout) as { clients: { id: string; state: string }[] }
    expect(clients.map(({ id, state }) => [id, state]).sort()).toEqual([
      ['claude-code', 'connected'],
      ['codex', 'connected'],
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
    const bare = { env: { PATH: '/usr/bin:/bin' } }
    const claude = await home.claude([], bare)
    expect(claude.stdout, claude.stderr).toContain(ANSWER)
    expect((await home.codex([], bare)).stdout).toContain(ANSWER)
  })

  it('leaves nothing when gate has one directory of its own', async () => {
    await home.remove()
    home = await createHome({ gateway, gateHome: true })
    const before = await snapshot(home.root)
    await setUp()
    await bothAnswer()
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
      const before = await snapshot(home.home)
      const hand = { ANTHROPIC_BASE_URL: gateway.url, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' }
      expect(await home.claude([], { env: hand })).toMatchObject({ code: 0 })
      expect(await home.codex()).toMatchObject({ code: 0 })
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
