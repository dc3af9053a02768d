import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, win32 } from 'node:path'
import type { Host, Platform } from '@gate/core'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBrowser } from '../../src/login/open-browser.js'
import { runHelper } from '../harness/helper-processes.js'
import { createMachine, hurriedClock, type Machine, presenter, signInWithFile } from '../harness/machine.js'
import { suite } from '../harness/suite.js'

const URL_WITH_EVERYTHING = 'https://issuer.example/auth?a=1&b=%20x&c=$(id)\'"`;|'
const signal = new AbortController().signal

let machine: Machine
beforeEach(async () => {
  machine = await createMachine({ clock: hurriedClock() })
})
afterEach(() => machine.remove())

/** A program that writes down how it was called. */
async function program(
  name: string,
  script = '',
  directory = machine.home,
): Promise<{ path: string; calls(): Promise<string> }> {
  const path = join(directory, name)
  const log = `${path}.log`
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}.part' && mv '${log}.part' '${log}'\n${script}\n`)
  await chmod(path, 0o755)
  return { path, calls: () => vi.waitFor(() => readFile(log, 'utf8')) }
}

describe('A10 BROWSER', () => {
  it('is called with the URL as one argument, whatever it holds', async () => {
    const { path, calls } = await program('my browser')
    machine.env.BROWSER = path
    expect(await openBrowser(machine.host, URL_WITH_EVERYTHING, signal)).toEqual({ opened: true })
    expect(await calls()).toBe(`${URL_WITH_EVERYTHING}\n`)
  })

  it('may hold arguments, %s and alternatives', async () => {
    // Words are separated by blanks, so this path has none.
    const directory = await mkdtemp(join(tmpdir(), 'browser-'))
    const { path, calls } = await program('browser', '', directory)
    machine.env.BROWSER = `/nowhere/at-all:${path} --new-window %s --quiet`
    expect(await openBrowser(machine.host, URL_WITH_EVERYTHING, signal)).toEqual({ opened: true })
    expect(await calls()).toBe(`--new-window\n${URL_WITH_EVERYTHING}\n--quiet\n`)
    await rm(directory, { recursive: true })
  })

  it('none: nothing is started', async () => {
    machine.env.BROWSER = 'none'
    expect(await openBrowser(machine.host, 'https://x', signal)).toMatchObject({ opened: false })
  })

  it.each([
    ['missing', '/nowhere/browser', 'ENOENT'],
    ['not executable', '/etc/passwd', 'EACCES'],
  ])('%s: the reason is told', async (_what, browser, reason) => {
    machine.env.BROWSER = browser
    const outcome = await openBrowser(machine.host, 'https://x', signal)
    expect(outcome).toMatchObject({ opened: false, reason: expect.stringContaining(reason) })
  })

  it('ends with an error: told with its code', async () => {
    const { path } = await program('failing', 'exit 4')
    machine.env.BROWSER = path
    expect(await openBrowser(machine.host, 'https://x', signal)).toMatchObject({
      opened: false,
      reason: expect.stringContaining('code 4'),
    })
  })

  it('stays in the foreground: not waited for, not killed', async () => {
    const { path } = await program('staying', `sleep 0.4; echo done > '${join(machine.home, 'alive')}'`)
    machine.env.BROWSER = path
    expect(await openBrowser(machine.host, 'https://x', signal)).toEqual({ opened: true })
    await vi.waitFor(() => readFile(join(machine.home, 'alive')), { timeout: 4000 })
  })

  it('sees none of gate’s secrets in its environment', async () => {
    const { path } = await program(
      'nosy',
      `env > '${join(machine.home, 'env')}.part' && mv '${join(machine.home, 'env')}.part' '${join(machine.home, 'env')}'`,
    )
    Object.assign(machine.env, { BROWSER: path, GATE_TOKEN: 'canary-token' })
    await openBrowser(machine.host, 'https://x', signal)
    const seen = await vi.waitFor(() => readFile(join(machine.home, 'env'), 'utf8'))
    expect(seen).toContain('BROWSER=')
    expect(seen).not.toMatch(/canary-token|correct horse|GATE_TOKEN|PASSPHRASE/)
  })
})

/** What is started on another platform, and where. */
async function launched(platform: Platform, changes: Partial<Host> = {}) {
  const calls: { readonly command: readonly string[]; readonly cwd: string | undefined }[] = []
  const launch: Host['process']['launch'] = async (command, args, options) => {
    calls.push({ command: [command, ...args], cwd: options?.cwd })
    return { pid: 1, exited: Promise.resolve(0) }
  }
  const host = { ...machine.host, platform, process: { ...machine.host.process, launch }, ...changes }
  expect(await openBrowser(host, URL_WITH_EVERYTHING, signal)).toEqual({ opened: true })
  return calls
}

it.each<[Platform, string[], string]>([
  ['linux', ['xdg-open', URL_WITH_EVERYTHING], '/'],
  ['darwin', ['/usr/bin/open', URL_WITH_EVERYTHING], '/'],
  ['win32', ['C:\\Windows\\System32\\rundll32.exe', 'url.dll,FileProtocolHandler', URL_WITH_EVERYTHING], 'C:\\Windows'],
])(
  'on %s without BROWSER the system’s opener is called, away from the directory of the user',
  async (platform, command, cwd) => {
    expect(await launched(platform)).toEqual([{ command, cwd }])
  },
)

it.each([
  ['firefox', 'D:\\apps\\firefox.exe'],
  ['firefox.exe', 'D:\\apps\\firefox.exe'],
  ['C:\\own\\browser.exe', 'C:\\own\\browser.exe'],
])(
  'R3 on Windows BROWSER=%s is looked for on PATH alone, and never in the working directory',
  async (browser, path) => {
    const stat = async (file: unknown) => {
      if (file === 'D:\\apps\\firefox.exe') return { isFile: () => true, isDirectory: () => false, mode: 0o777 }
      throw Object.assign(new Error('none'), { code: 'ENOENT' })
    }
    const fs = { ...machine.host.fs, stat, lstat: stat, access: stat } as unknown as Host['fs']
    const env = { BROWSER: browser, Path: '.;D:\\apps', SystemRoot: 'E:\\Windows' }
    const calls = await launched('win32', { env, fs, path: win32, cwd: 'C:\\repository' })
    expect(calls).toEqual([{ command: [path, URL_WITH_EVERYTHING], cwd: 'E:\\Windows' }])
  },
)

describe('in a login', () => {
  const context = suite({}, () => ({ clock: hurriedClock() }))

  it('A10 a browser that cannot be started: the URL is shown with the reason, and opening it by hand completes the login', async () => {
    const { gateway } = context
    context.machine.env.BROWSER = '/nowhere/browser'
    const present = presenter((event) => {
      if (event.kind === 'browser-failed') gateway.visit(event.url).catch(() => {})
    })
    await context.machine.auth(gateway).login({ method: 'browser', present })
    expect(present.events.map((event) => event.kind)).toEqual(['browser', 'browser-failed'])
  })

  it('S127 A10 what the browser prints never reaches stdout or stderr of the helper', { timeout: 30_000 }, async () => {
    const { gateway } = context
    const noisy = join(context.machine.home, 'noisy')
    const script = `#!/bin/sh\necho NOISE\necho NOISE >&2\n'${gateway.browser}' "$@"\necho NOISE\n`
    await writeFile(noisy, script, { mode: 0o755 })
    const helper = await runHelper(
      context.machine,
      gateway,
      { interaction: 'detached', waitMs: 20_000 },
      { BROWSER: noisy },
    )
    expect(helper).toMatchObject({ code: 0, stderr: '' })
    expect(helper.stdout).toBe(`${(await context.machine.cached()).token}\n`)
    expect(gateway.counters.logins).toBe(1)
  })

  it('S116 no terminal, no desktop, nobody signed in: quick, code 3, one line that names the command, empty stdout', {
    timeout: 30_000,
  }, async () => {
    const { gateway } = context
    const helper = await runHelper(context.machine, gateway, { interaction: 'never' })
    expect(helper).toMatchObject({ code: 3, stdout: '' })
    expect(helper.stderr.trim().split('\n')).toHaveLength(1)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0, tokenRequests: 0 })
  })

  it('A19 a helper without HOME and PATH works all the same', {
    timeout: 30_000,
  }, async () => {
    const { gateway } = context
    const signedIn = await signInWithFile(context)
    await signedIn.expire()
    const bare = {
      env: {
        GATE_HOME: signedIn.env.GATE_HOME,
        GATE_SECRET_STORE_PASSPHRASE: signedIn.env.GATE_SECRET_STORE_PASSPHRASE,
      },
    }
    expect(await runHelper(bare, gateway)).toMatchObject({ code: 0, stderr: '' })
  })
})
