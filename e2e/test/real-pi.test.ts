import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { belongsToGate } from '../harness/client-written.ts'
import { CLAUDE_CODE_HEADERS, CODEX_HEADERS, modelRequests, onlyCredential } from '../harness/gateway-evidence.ts'
import { differences, type Snapshot, snapshot } from '../harness/home-snapshot.ts'
import { addPi, PI_WRITES, runPi, withoutPiFiles } from '../harness/pi.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'
const MESSAGES = /\/v1\/messages$/

/** `authHeader` puts the token beside pi's own X-Api-Key, as Claude Code sends it. */
const PI_MESSAGES_HEADERS = CLAUDE_CODE_HEADERS
const PI_RESPONSES_HEADERS = CODEX_HEADERS

describe('the real pi through the gateway and back', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let before: Snapshot
  beforeEach(async () => {
    gateway = await startDevGateway({ answer: ANSWER })
    home = await createHome({ gateway, clients: 'stub' })
    await mkdir(join(home.home, '.pi/agent'), { recursive: true })
    await home.write('home/.pi/agent/settings.json', '{\n\t"defaultProvider": "openai", "theme":"dark"\n}', 0o640)
    await home.write('home/.pi/agent/models.json', '{ // mine\n  "providers": {},\n}\n', 0o600)
    before = await snapshot(home.home)
    await addPi(home)
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  const setUp = async (...options: string[]) => {
    const setup = await home.gate(['setup', '--client', 'pi', ...home.connection, ...options])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    return setup
  }
  const answers = async (...args: string[]) => {
    const finished = await runPi(home, args)
    expect(finished, finished.stderr).toMatchObject({ code: 0 })
    expect(finished.stdout).toContain(ANSWER)
  }

  it('is answered with the token of the provider over both APIs, and no other credential reaches the gateway', async () => {
    await setUp()
    expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })
    gateway.clearRequests()
    await answers()
    await answers('--model', 'gate/gpt-5.5')
    const token = onlyCredential(modelRequests(gateway, MESSAGES), PI_MESSAGES_HEADERS)
    expect(onlyCredential(modelRequests(gateway, /\/v1\/responses$/), PI_RESPONSES_HEADERS)).toBe(token)
    expect((await home.gate(['token'])).stdout).toBe(`${token}\n`)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, tokenRequests: 0 })
    const credentials = new Set(gateway.requests.flatMap(({ bearer, apiKey }) => [bearer, apiKey]))
    expect([...credentials].filter((value) => value !== undefined)).toEqual([token])
  })

  it('asks for the models of the connection, and sends its headers as they are', async () => {
    await setUp('--models', 'corp/gpt-6,claude-opus-5')
    for (const value of ['!plain', '$HOME and $$']) {
      const set = await home.gate(['config', 'set', 'headers.X-Team', value])
      expect(set, set.stderr).toMatchObject({ code: 0 })
      await setUp()
      gateway.clearRequests()
      await answers()
      expect(gateway.requests).toMatchObject([
        { path: '/v1/responses', headers: { 'x-team': value }, body: { model: 'corp/gpt-6' } },
      ])
    }
  })

  it('refreshes an expired token without a browser, in the middle of a session and at the next run', async () => {
    gateway.set({ accessTokenLifetime: 20 })
    await setUp()
    const session = openSession(home)
    try {
      await session.ask()
      const [first] = modelRequests(gateway, MESSAGES)
      expect(first?.token?.state).toBe('valid')
      await sleep(Math.max(0, (first?.token?.expiresAt ?? 0) - Date.now()) + 1000)
      gateway.clearRequests()
      await session.ask()
      await answers()
      const later = modelRequests(gateway, MESSAGES)
      expect(later.map(({ status }) => status)).toEqual([200, 200])
      for (const { token } of later) expect(token?.jti).not.toBe(first?.token?.jti)
      // The next run fits into the lifetime of the session's token, or needs one more.
      const refreshes = new Set(later.map(({ token }) => token?.jti)).size
      expect(gateway.counters).toMatchObject({
        browserStarts: 0,
        authorizationRequests: 0,
        refreshRequests: refreshes,
      })
    } finally {
      await session.end()
    }
  })

  it('gives the home back, byte, mode and link', async () => {
    const setup = await setUp()
    expect(setup.stdout).toContain('/model')
    await answers()
    const status = await home.gate(['status', 'pi', '--json'])
    const { clients } = JSON.parse(status.stdout) as { clients: { id: string; state: string; version: string }[] }
    expect(clients).toMatchObject([{ id: 'pi', state: 'connected', version: '1.6.0' }])

    const teardown = await home.gate(['teardown', '--all'])
    expect(teardown, teardown.stderr).toMatchObject({ code: 0 })
    const undone = new Map([...withoutPiFiles(await snapshot(home.home))].filter(([path]) => !belongsToGate(path)))
    expect(differences(before, undone)).toEqual([])

    const purge = await home.gate(['teardown', '--all', '--purge'])
    expect(purge, purge.stderr).toMatchObject({ code: 0 })
    expect(differences(before, withoutPiFiles(await snapshot(home.home)))).toEqual([])
  })

  it('runs with the bare PATH of a desktop session', async () => {
    await setUp()
    const { stdout, stderr } = await runPi(home, [], { env: { PATH: '/usr/bin:/bin' } })
    expect(stdout, stderr).toContain(ANSWER)
  })

  it('says what is wrong when the helper fails, and asks nobody else', async () => {
    await setUp()
    expect(await home.gate(['logout'])).toMatchObject({ code: 0 })
    gateway.clearRequests()
    const finished = await runPi(home, [], { env: { BROWSER: '/bin/false' } })
    expect(finished.code).toBe(1)
    expect(finished.stderr).toContain('Failed to resolve API key for provider "gate"')
    expect(modelRequests(gateway, /./)).toEqual([])
  })
})

/** One process of pi that is asked again and again. */
function openSession(home: ThrowawayHome) {
  const args = [join(home.root, 'bin', 'pi'), '--mode', 'rpc']
  const client = spawn(process.execPath, args, { cwd: home.work, env: { ...home.env, PI_OFFLINE: '1' } })
  const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]()
  return {
    async ask() {
      client.stdin.write(`${JSON.stringify({ type: 'prompt', message: 'hi' })}\n`)
      for (;;) {
        const { value, done } = await lines.next()
        expect(done, 'pi ended').not.toBe(true)
        if ((JSON.parse(value as string) as { type: string }).type === 'agent_end') return
      }
    },
    async end() {
      client.kill()
      if (client.exitCode === null && client.signalCode === null) await once(client, 'exit')
    },
  }
}

describe('the list of what pi itself writes', () => {
  it('is what it writes without gate, no more and no less', async () => {
    const gateway = await startDevGateway({ auth: 'none', answer: ANSWER })
    const home = await createHome({ gateway, clients: 'stub' })
    try {
      await addPi(home)
      const model = { id: 'm', api: 'anthropic-messages', baseUrl: gateway.url }
      const providers = { hand: { apiKey: '!echo t', models: [model] } }
      await home.write('home/.pi/agent/models.json', JSON.stringify({ providers }))
      await home.write('home/.pi/agent/settings.json', '{ "defaultProvider":"hand","defaultModel": "m" }')
      const before = await snapshot(home.home)
      const finished = await runPi(home)
      expect(finished.stdout, finished.stderr).toContain(ANSWER)
      const after = await snapshot(home.home)
      expect(differences(before, withoutPiFiles(after))).toEqual([])
      const places = differences(before, after).map((line) => line.slice(2).split('/')[2])
      expect([...new Set(places)].sort()).toEqual([...PI_WRITES])
    } finally {
      await gateway.stop()
      await home.remove()
    }
  })
})
