import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coolDownLeft } from '../../src/login/login-record.js'
import { hurriedClock, presenter, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))
const loginCommand = { command: '/nowhere/gate', args: ['login'] }
const detached = { interaction: 'detached', waitMs: 3_000 } as const

/** Replaces the start of programs; resolves `exited` never, as for a login that waits. */
function onLaunch(act: (command: string, args: readonly string[], options: unknown) => void): void {
  const { process } = context.machine.host
  const launch: Host['process']['launch'] = async (command, args, options) => {
    act(command, args, options)
    return { pid: process.pid, exited: new Promise(() => {}) }
  }
  Object.assign(process, { launch })
}

it('without a login command nothing is started: login-required', async () => {
  const { gateway, machine } = context
  expect(await codeOf(machine.auth(gateway).accessToken(detached))).toBe('login-required')
})

it('the login is started once, without GATE_TOKEN, away from the working directory; its token is handed out', async () => {
  const { gateway, machine } = context
  machine.env.GATE_TOKEN = ''
  const launches: unknown[] = []
  onLaunch((command, args, options) => {
    launches.push([command, args, options])
    signIn(machine, gateway).catch(() => {})
  })
  const auth = machine.auth(gateway, { loginCommand })
  const [first, second] = await Promise.all([auth.accessToken(detached), auth.accessToken(detached)])
  expect(first?.token.reveal()).toBe(second?.token.reveal())
  expect(launches).toMatchObject([['/nowhere/gate', ['login'], { cwd: '/' }]])
  expect(JSON.stringify(launches)).not.toContain('GATE_TOKEN')
})

it('a command that cannot be started is told, and not tried again at once', async () => {
  const { gateway, machine } = context
  const auth = machine.auth(gateway, { loginCommand })
  await expect(auth.accessToken(detached)).rejects.toMatchObject({ code: 'login-required', fix: { action: 'login' } })
  let launches = 0
  onLaunch(() => {
    launches++
  })
  expect(await codeOf(auth.accessToken(detached))).toBe('login-required')
  expect(launches).toBe(0)
})

it('A11 a login whose process is gone without a word ends the waiting, and none is started for a while', async () => {
  const { gateway, machine } = context
  let launches = 0
  onLaunch(() => {
    launches++
  })
  const { isRunning } = machine.host.process
  Object.assign(machine.host.process, { isRunning: () => false })
  const auth = machine.auth(gateway, { loginCommand })
  expect(await codeOf(auth.accessToken(detached))).toBe('login-failed')
  Object.assign(machine.host.process, { isRunning })
  await expect(auth.accessToken(detached)).rejects.toMatchObject({
    code: 'login-failed',
    message: expect.stringContaining('ended without a result'),
  })
  expect(launches).toBe(1)
})

it('the waiting can be cancelled, and the login goes on', async () => {
  const { gateway, machine } = context
  const launched = new Promise<void>((resolve) => onLaunch(() => resolve()))
  const stop = new AbortController()
  const waiting = machine
    .auth(gateway, { loginCommand })
    .accessToken({ ...detached, waitMs: 600_000, signal: stop.signal })
  waiting.catch(() => {})
  await launched
  stop.abort()
  expect(await codeOf(waiting)).toBe('interrupted')
  expect((await machine.auth(gateway).state()).state).toBe('login-pending')
})

it('a person who signs in by hand ends the cool-down after a denial', async () => {
  const { gateway, machine } = context
  gateway.set({ consent: 'deny' })
  onLaunch(() => {
    signIn(machine, gateway).catch(() => {})
  })
  const auth = machine.auth(gateway, { loginCommand })
  expect(await codeOf(auth.accessToken(detached))).toBe('login-denied')
  gateway.set({ consent: 'approve' })
  gateway.clearRequests()
  expect(await codeOf(auth.accessToken(detached))).toBe('login-denied')
  expect(gateway.counters.authorizationRequests).toBe(0)
  await signIn(machine, gateway)
  await auth.accessToken(detached)
  await machine.expire()
  machine.keychain.entries.clear()
  await auth.accessToken(detached)
  expect(gateway.counters.logins).toBe(2)
})

it('a token that is over by the time the login is seen is renewed instead of waited for', async () => {
  const { gateway, machine } = context
  gateway.setAccessTokenLifetime(1)
  onLaunch(() => {
    signIn(machine, gateway)
      .then(() => machine.age(5_000))
      .catch(() => {})
  })
  await machine.auth(gateway, { loginCommand }).accessToken(detached)
  expect(gateway.counters.logins).toBe(1)
})

describe('whether a login is under way is told by its lock, not by a process id', () => {
  const minute = 60_000
  /** A record as a login left it that did not come to say how it ended. Process 1 is always there. */
  async function leaveRecord(change: Record<string, unknown>): Promise<void> {
    const { gateway, machine } = context
    const { fs, path, directories, clock } = machine.host
    gateway.set({ consent: 'deny' })
    await codeOf(signIn(machine, gateway))
    gateway.set({ consent: 'approve' })
    const file = path.join(directories.state, 'login', 'default.json')
    const { finishedAt: _at, code: _code, message: _message, ...record } = JSON.parse(await fs.readFile(file, 'utf8'))
    const now = clock.now()
    const left = { ...record, pid: 1, startedAt: now - 2 * minute, deadlineAt: now + 8 * minute, ...change }
    await fs.writeFile(file, JSON.stringify(left), { mode: 0o600 })
  }

  it.each(['running', 'starting'])('a record that was left %s by a crash or reboot', async (state) => {
    const { gateway, machine } = context
    await leaveRecord({ state })
    const auth = machine.auth(gateway, { loginCommand })
    expect((await auth.state()).state).toBe('signed-out')
    expect(await codeOf(auth.accessToken({ interaction: 'never' }))).toBe('login-required')
    let launches = 0
    onLaunch(() => {
      launches++
      signIn(machine, gateway).catch(() => {})
    })
    await auth.accessToken(detached)
    expect(launches).toBe(1)
  })

  it('one that is just being started counts while its process is there', async () => {
    const { gateway, machine } = context
    await leaveRecord({ state: 'starting', startedAt: machine.host.clock.now() })
    expect((await machine.auth(gateway).state()).state).toBe('login-pending')
  })
})

describe('after somebody signed out', () => {
  it('no helper begins a login by itself, whatever the connection is by then, until somebody signs in or sets up', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    let launches = 0
    onLaunch(() => {
      launches++
      signIn(machine, gateway).catch(() => {})
    })
    await machine.auth(gateway).logout()
    const other = { ...gateway, url: 'http://127.0.0.1:9' }
    for (const connection of [gateway, other]) {
      const error = await machine
        .auth(connection, { loginCommand })
        .accessToken(detached)
        .catch((reason) => reason)
      expect(error).toMatchObject({ code: 'login-required', fix: { action: 'login' } })
      expect(error.message).toContain('signed out')
    }
    expect(launches).toBe(0)
    await machine.auth(gateway).allowSignIn()
    await machine.auth(gateway, { loginCommand }).accessToken(detached)
    expect(launches).toBe(1)

    await machine.auth(gateway).logout()
    await signIn(machine, gateway)
    await machine.expire()
    machine.keychain.entries.clear()
    await machine.auth(gateway, { loginCommand }).accessToken(detached)
    expect(launches).toBe(2)
  })

  it('a login that somebody began by hand is awaited', async () => {
    const { gateway, machine } = context
    await signIn(machine, gateway)
    await machine.auth(gateway).logout()
    let url = ''
    const present = presenter((event) => {
      if (event.kind === 'print-url') url = event.url
    })
    const login = machine.auth(gateway).login({ method: 'print-url', present })
    while (url === '') await machine.host.clock.sleep(5)
    const token = machine.auth(gateway, { loginCommand }).accessToken({ ...detached, waitMs: 60_000 })
    await gateway.visit(url)
    await login
    expect((await token).token.reveal()).toBe((await machine.cached()).token)
  })
})

it('A11 each login more that nobody completes keeps helpers from the next one for twice as long, up to eight hours', () => {
  const record = { key: 'k', id: 'i', state: 'failed', pid: 1, startedAt: 0, deadlineAt: 0, finishedAt: 1_000 } as const
  fc.assert(
    fc.property(
      fc.nat({ max: 1000 }),
      fc.constantFrom('login-timeout', 'login-denied', 'login-failed'),
      (failures, code) => {
        const left = coolDownLeft({ ...record, failures, code }, 1_000)
        const first = code === 'login-failed' ? 60_000 : 300_000
        expect(left).toBe(Math.min(first * 2 ** Math.max(failures - 1, 0), 8 * 3_600_000))
      },
    ),
  )
})

it('A11 failures are counted over processes, and a login that succeeds begins anew', async () => {
  const { gateway, machine } = context
  const counted = async () => {
    const file = join(machine.host.directories.state, 'login', 'default.json')
    return (JSON.parse(await readFile(file, 'utf8')) as { failures: number }).failures
  }
  gateway.set({ consent: 'deny' })
  for (let failures = 1; failures <= 3; failures++) {
    expect(await codeOf(signIn(machine, gateway))).toBe('login-denied')
    expect(await counted()).toBe(failures)
  }
  gateway.set({ consent: 'approve' })
  await signIn(machine, gateway)
  expect(await counted()).toBe(0)
})
