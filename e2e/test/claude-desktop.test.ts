import { spawn } from 'node:child_process'
import { chmod, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { shimOf } from '../harness/sign-in/helper-calls.ts'
import { createHome, PASSPHRASE, type ThrowawayHome } from '../harness/throwaway-home.ts'

/** Why Claude Desktop runs its helper. */
const CONTEXTS = ['interactive', 'mid-session-refresh', 'scheduled-task', 'setup-test', 'background'] as const
const SILENT = CONTEXTS.filter((context) => context !== 'interactive')
const DOCUMENT = '.config/Claude-3p/configLibrary/67617465-636c-4175-a465-6465736b746f.json'

let gateway: DevGateway
let home: ThrowawayHome

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway?.stop()
})

beforeEach(async () => {
  gateway.clearRequests()
  home = await createHome({ gateway, clients: 'stub' })
  await home.write('bin/claude-desktop', '#!/bin/sh\nexit 0\n', 0o755)
  // Programs started from a desktop have no variable of gate's, so the choice of the store is saved.
  expect(await home.gate(['config', 'set', 'secret-store', 'file'])).toMatchObject({ code: 0 })
})

afterEach(async () => {
  await home?.remove()
})

interface Answer {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

async function setUp(...flags: string[]) {
  const done = await home.gate(['setup', '--client', 'claude-desktop', ...home.connection, ...flags])
  expect(done, done.stderr).toMatchObject({ code: 0 })
  return done
}

/**
 * Runs the helper that the configuration names as Claude Desktop does: directly, without arguments, from `/`, with stdin
 * closed, in an environment without anything of a shell, and killed when its time is over.
 */
async function askHelper(context: string, more: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const document = JSON.parse(await readFile(join(home.home, DOCUMENT), 'utf8')) as Record<string, unknown>
  expect(document.inferenceCredentialKind).toBe('helper-script')
  const limitS = context === 'mid-session-refresh' ? 20 : Number(document.inferenceCredentialHelperTimeoutSec)
  return new Promise((resolve, reject) => {
    const child = spawn(String(document.inferenceCredentialHelper), [], {
      cwd: '/',
      env: { CLAUDE_HELPER_CONTEXT: context, ...more },
      stdio: 'pipe',
      timeout: limitS * 1000,
      killSignal: 'SIGKILL',
    })
    child.stdin.destroy()
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** What Claude Desktop accepts: one line without control characters once white space around it is gone. */
function tokenIn({ stdout }: Answer): string {
  const token = stdout.trim()
  expect(token).toMatch(/^[\x21-\x7e]+$/)
  return token
}

describe('the helper of Claude Desktop', () => {
  it.each(CONTEXTS)('prints a token that the gateway accepts: %s', async (context) => {
    await setUp()
    const answer = await askHelper(context)
    expect(answer, answer.stderr).toMatchObject({ code: 0, stderr: '' })
    const asked = await fetch(`${gateway.url}/v1/models?limit=1000`, {
      headers: { authorization: `Bearer ${tokenIn(answer)}` },
    })
    expect(asked.status).toBe(200)
  })

  it.each(SILENT)('opens no browser where nobody looks: %s', async (context) => {
    await setUp('--lazy')
    const answer = await askHelper(context, { BROWSER: gateway.browser, DISPLAY: ':0' })
    expect(answer).toMatchObject({ code: 3, signal: null, stdout: '' })
    expect(answer.stderr.trim().split('\n')).toHaveLength(1)
    expect(answer.stderr).toContain('gate login')
    expect(gateway.counters.authorizationRequests).toBe(0)
  })

  it('signs in once where somebody looks, and the next call needs no browser', async () => {
    await setUp('--lazy')
    const session = { BROWSER: gateway.browser, GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE }
    const logins = gateway.counters.logins
    const first = await askHelper('interactive', session)
    expect(first, first.stderr).toMatchObject({ code: 0 })
    const second = await askHelper('background')
    expect(tokenIn(second)).toBe(tokenIn(first))
    expect(gateway.counters.logins).toBe(logins + 1)
  })
})

describe('a person who does not sign in', () => {
  afterEach(async () => {
    // The sign-in belongs to nobody and would wait for the person after this test.
    const directory = join(home.home, '.local/state/gate/login')
    for (const name of await readdir(directory)) {
      const { pid } = JSON.parse(await readFile(join(directory, name), 'utf8')) as { pid: number }
      process.kill(pid)
    }
  })

  it('the helper gives up by itself before the app would kill it, and says what waits', async () => {
    await setUp('--lazy')
    const session = { BROWSER: '/bin/true', GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE }
    const answer = await askHelper('interactive', session)
    expect(answer).toMatchObject({ code: 3, signal: null, stdout: '' })
    expect(answer.stderr).toContain('sign-in is waiting in the browser')
    // Another call, which must be silent, does not wait for the person at all.
    expect(await askHelper('mid-session-refresh', session)).toMatchObject({ code: 3, signal: null, stdout: '' })
  })
})

describe('gate and Claude Desktop', () => {
  it('is set up, connected, and given back with everything as it was', async () => {
    await home.write('home/.config/Claude/claude_desktop_config.json', '{"mcpServers":{},"deploymentMode":"1p"}', 0o644)
    const isGates = (path: string) => /(?:^|\/)gate(?:\/|$)|^\.local|^\.cache/.test(path)
    const before = await snapshot(home.home)
    const done = await setUp()
    expect(done.stdout).toContain('Open Claude Desktop again')
    const status = async () => {
      const { stdout } = await home.gate(['status', 'claude-desktop', '--json'])
      return (JSON.parse(stdout) as { clients: { state: string; reasons: { code: string }[] }[] }).clients[0]
    }
    expect(await status()).toMatchObject({ state: 'connected', reasons: [] })

    const helper = shimOf(home)
    await chmod(helper, 0o600)
    expect(await status()).toMatchObject({ state: 'drifted' })
    await chmod(helper, 0o700)
    await rm(join(home.home, '.cache/gate/tokens'), { recursive: true })
    // Without the passphrase that only the shell has, a helper started from a desktop cannot renew its token.
    const failing = await status()
    expect(failing?.state).toBe('drifted')
    expect(failing?.reasons.map(({ code }) => code)).toContain('helper-failing')

    expect((await home.gate(['teardown', 'claude-desktop'])).code).toBe(0)
    const after = await snapshot(home.home)
    const own = new Map([...after].filter(([path]) => !isGates(path)))
    expect(differences(new Map([...before].filter(([path]) => !isGates(path))), own)).toEqual([])
  })

  it('lets the app sign in by itself when asked to', async () => {
    await setUp('--lazy', '--option', 'claude-desktop.auth=native')
    const document = async () =>
      JSON.parse(await readFile(join(home.home, DOCUMENT), 'utf8')) as Record<string, unknown>
    expect(await document()).toMatchObject({
      inferenceCredentialKind: 'interactive',
      inferenceGatewayOidc: { clientId: gateway.clientId, issuer: gateway.issuer, bearerTokenType: 'access_token' },
    })
    expect(await document()).not.toHaveProperty('inferenceCredentialHelper')
    await setUp('--lazy', '--option', 'claude-desktop.auth=')
    expect(await document()).toMatchObject({ inferenceCredentialKind: 'helper-script' })
    expect(await document()).not.toHaveProperty('inferenceGatewayOidc')
  })
})
