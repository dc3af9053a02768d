import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CapturedStep } from '../harness/capture/inside.ts'
import { UNKNOWN_HOST } from '../harness/capture/internet-sink.ts'
import { watchPairs } from '../harness/capture/pair-watcher.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { withPrivateNetwork } from '../harness/namespaces.ts'
import { runProcess } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

/**
 * Whom the clients talk to besides the gateway. Codex 0.169.0 asks GitHub and chatgpt.com one after the other for its
 * plugin marketplace and leaves that in the middle when it ends, wherever that is.
 */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  codex: ['ab.chatgpt.com', 'api.github.com', 'github.com', 'chatgpt.com'],
  opencode: ['models.opencode.ai', 'registry.npmjs.org'],
}

describe('with every other host captured', () => {
  let steps: CapturedStep[]
  beforeAll(async () => {
    const inside = withPrivateNetwork(process.execPath, [join(import.meta.dirname, '../harness/capture/inside.ts')])
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/nonexistent' }
    const { code, stdout, stderr } = await runProcess(inside.command, inside.args, {
      cwd: '/',
      env,
      timeoutMs: 100_000,
    })
    expect(code, stderr).toBe(0)
    steps = JSON.parse(stdout) as CapturedStep[]
  })
  const step = (name: string): CapturedStep => {
    const found = steps.find((one) => one.name === name)
    if (found === undefined) throw new Error(`no step ${name}`)
    return found
  }

  it.each(['setup', 'claude', 'codex', 'opencode', 'pi', 'teardown'])(
    '%s works and no credential leaves for anybody else',
    (name) => {
      const { code, stderr, elsewhere, refusedHandshakes, abandonedHandshakes } = step(name)
      expect(code, stderr).toBe(0)
      expect(elsewhere.filter(({ carriesToken, carriesCredential }) => carriesToken || carriesCredential)).toEqual([])
      // A handshake that is refused for its certificate hides what would have followed. One that is left may be a refusal
      // without a word, unless the client trusted the same authority elsewhere.
      expect(refusedHandshakes).toEqual([])
      for (const host of abandonedHandshakes) expect([UNKNOWN_HOST, ...(VENDORS[name] ?? [])]).toContain(host)
      if (abandonedHandshakes.length > 0) expect(elsewhere).not.toEqual([])
    },
  )

  it('Claude Code sends the token to the gateway and talks to nobody else at all', () => {
    expect(step('claude')).toMatchObject({ gateway: ['POST /v1/messages with the token'], elsewhere: [], names: [] })
  })

  it('Codex sends the token to the gateway; what it tells its vendor carries none', () => {
    const { gateway, elsewhere } = step('codex')
    expect(new Set(gateway)).toEqual(new Set(['GET /v1/models with the token', 'POST /v1/responses with the token']))
    const hosts = new Set(elsewhere.map(({ request }) => request.split(/[ /]/)[1]))
    for (const host of hosts) expect(VENDORS.codex).toContain(host)
  })

  it('OpenCode sends the token to the gateway; what it asks its vendor carries none', () => {
    const { gateway, elsewhere } = step('opencode')
    expect(new Set(gateway)).toEqual(new Set(['GET /v1/models with the token', 'POST /v1/messages with the token']))
    const hosts = new Set(elsewhere.map(({ request }) => request.split(/[ /]/)[1]))
    for (const host of hosts) expect(VENDORS.opencode).toContain(host)
  })

  it('pi sends the token to the gateway and talks to nobody else', () => {
    expect(step('pi')).toMatchObject({ gateway: ['POST /v1/messages with the token'], elsewhere: [], names: [] })
  })

  it('gate itself talks to the gateway and the issuer alone', () => {
    for (const name of ['setup', 'teardown']) expect(step(name)).toMatchObject({ elsewhere: [], names: [] })
  })

  it('would see a leak', () => {
    const { elsewhere } = step('control')
    expect(elsewhere).toEqual([{ request: 'GET leak.example.com/x', carriesToken: true, carriesCredential: true }])
  })

  it('would see a client that refuses the certificate, with an alert or by leaving', () => {
    expect(step('distrust-aloud')).toMatchObject({
      elsewhere: [],
      refusedHandshakes: [expect.stringMatching(/^refused\.example\.com: .*alert unknown ca/)],
    })
    expect(step('distrust')).toMatchObject({ elsewhere: [], abandonedHandshakes: ['refused.example.com'] })
  })

  it('tells a client that goes in the middle of a handshake from one that refuses aloud', () => {
    const { elsewhere, refusedHandshakes, abandonedHandshakes } = step('gone')
    expect({ elsewhere, refusedHandshakes }).toEqual({ elsewhere: [], refusedHandshakes: [] })
    expect(abandonedHandshakes).toEqual([UNKNOWN_HOST, 'reset.example.com', 'ended.example.com'])
  })
})

describe('helper and base URL', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeEach(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  it('are written and removed in one write', async () => {
    const file = await home.write('home/.claude/settings.json', '{\n  "model": "sonnet"\n}\n')
    const watcher = await watchPairs(file)
    for (let round = 0; round < 10; round++) {
      const setup = await home.gate(['setup', '--client', 'claude-code', ...home.connection])
      expect(setup, setup.stderr).toMatchObject({ code: 0 })
      expect(await home.gate(['teardown', '--all'])).toMatchObject({ code: 0 })
    }
    const seen = await watcher.stop()
    expect(seen.reads).toBeGreaterThan(100)
    expect(seen).toMatchObject({ helperAlone: 0, urlAlone: 0, unreadable: 0 })
    // Both states were seen, so the reader was fast enough to see a third one between them.
    expect(seen.both).toBeGreaterThan(0)
    expect(seen.neither).toBeGreaterThan(0)
  })

  it.each([301, 302, 303, 307, 308])('are not written for a gateway that answers %i', async (status) => {
    const other = createServer((request, response) => {
      request.resume()
      response.writeHead(200).end('{}')
    })
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    gateway.set({ redirect: { status: status as 301, location: `${elsewhere}/v1/messages` } })
    const before = await snapshot(join(home.home, '.claude'))
    for (const paths of [[], ['--anthropic-path', '', '--openai-path', '']]) {
      const setup = await home.gate(['setup', ...home.connection, ...paths, '--json'])
      expect(setup.code, setup.stdout).toBe(2)
      expect(JSON.parse(setup.stderr)).toMatchObject({ schemaVersion: 1, error: { code: 'gateway-redirects' } })
      expect(setup.stderr).toContain(elsewhere)
    }
    expect(differences(before, await snapshot(join(home.home, '.claude')))).toEqual([])
    expect(gateway.counters).toMatchObject({ browserStarts: 0 })
    await new Promise((resolve) => other.close(resolve))
  })
})
