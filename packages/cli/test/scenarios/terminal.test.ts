import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { stripVTControlCharacters } from 'node:util'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import {
  type CallOptions,
  connectionFlags,
  createMachine,
  errorOf,
  type Finished,
  GATE,
  json,
  type Machine,
} from '../harness/machine.js'
import { runOnTerminal } from '../harness/terminal.js'

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  gateway.clearRequests()
  machine = await createMachine({ gateway })
})

afterEach(async () => {
  await machine.remove()
})

function onTerminal(args: readonly string[], options: CallOptions = {}): Promise<Finished> {
  return runOnTerminal(machine, args, options)
}

test('on a terminal there is progress and a question; yes is the default', async () => {
  const asked = await onTerminal(['setup', '--lazy', ...connectionFlags(gateway)], { stdin: '\n' })
  expect(asked.code).toBe(0)
  const text = stripVTControlCharacters(asked.stdout)
  expect(text).toContain('Checking the gateway …')
  expect(text).toContain(`Configure Claude Code and Codex CLI for ${gateway.url}? [Y/n]`)
  expect(text).toContain('Claude Code configured')
  expect(await machine.exists('.claude/settings.json')).toBe(true)
})

test('no changes nothing; --yes asks nothing', async () => {
  const before = await snapshot(machine.home)
  const refused = await onTerminal(['setup', '--lazy', ...connectionFlags(gateway)], { stdin: 'n\n' })
  expect(refused.code).toBe(130)
  expect(await snapshot(machine.home)).toEqual(before)
  const agreed = await onTerminal(['setup', '--lazy', '--yes', ...connectionFlags(gateway)])
  expect(agreed.code).toBe(0)
  expect(agreed.stdout).not.toContain('[Y/n]')
})

test('without a terminal nothing prompts, nothing is coloured, and progress is silent', async () => {
  const setup = await machine.gate('setup', '--lazy', ...connectionFlags(gateway))
  expect(setup).toMatchObject({ code: 0, stderr: '' })
  for (const args of [['status'], ['list'], ['config', 'show'], ['teardown']]) {
    const finished = await machine.gate(...args)
    expect(finished).toMatchObject({ code: 0, stderr: '' })
    expect(finished.stdout).toBe(stripVTControlCharacters(finished.stdout))
  }
})

test('NO_COLOR is honoured on a terminal', async () => {
  const plain = await onTerminal(['status'], { env: { NO_COLOR: '1', TERM: 'xterm' } })
  expect(plain.stdout).not.toContain('\u001B[3')
  const coloured = await onTerminal(['status'], { env: { TERM: 'xterm-256color' } })
  expect(coloured.stdout).toContain('\u001B[3')
})

test('Ctrl-C while the gateway is asked ends with 130 and leaves everything as it was', async () => {
  const silent = createServer(() => {})
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const before = await snapshot(machine.home)
  const running = machine.gateWith(
    {
      onStart: (pid) => {
        silent.once('request', () => process.kill(pid, 'SIGINT'))
      },
    },
    ...['setup', '--lazy', '--gateway-url', url, '--issuer', gateway.issuer, '--client-id', 'gate', '--json'],
  )
  const interrupted = await running
  silent.close()
  silent.closeAllConnections()
  expect(interrupted.code).toBe(130)
  expect(errorOf(interrupted)).toMatchObject({ code: 'interrupted' })
  expect(await snapshot(machine.home)).toEqual(before)
})

test('Ctrl-C during a login ends with 130 and configures nothing', async () => {
  const interrupted = await machine.gateWith(
    {
      env: { BROWSER: 'none' },
      onStderr: (text, pid) => {
        if (text.includes('http')) process.kill(pid, 'SIGINT')
      },
    },
    ...['setup', '--skip-browser', ...connectionFlags(gateway)],
  )
  expect(interrupted.code).toBe(130)
  expect(await machine.exists('.claude/settings.json')).toBe(false)
  expect((await machine.gate('token', '--skip-browser')).code).toBe(3)
})

test('a login by printed address works without a terminal: the address is on stderr, the answer on stdout', async () => {
  let visited = false
  const setup = await machine.gateWith(
    {
      env: { BROWSER: 'none' },
      onStderr: (text) => {
        const url = /"url":"([^"]+)"/.exec(text)?.[1]
        if (url === undefined || visited) return
        visited = true
        void gateway.visit(url)
      },
    },
    ...['setup', '--skip-browser', ...connectionFlags(gateway), '--json'],
  )
  expect(setup.code).toBe(0)
  expect(json<{ auth: object }>(setup).auth).toMatchObject({ kind: 'oidc', signIn: 'signed-in' })
  expect(gateway.counters.browserStarts).toBe(0)
})

test('a login on another device', async () => {
  let visited = false
  const login = await machine.gateWith(
    {
      onStderr: (text) => {
        const url = /Open (\S+) on any device/.exec(text)?.[1]
        if (url === undefined || visited) return
        visited = true
        void gateway.visit(url)
      },
    },
    ...['setup', '--device', ...connectionFlags(gateway)],
  )
  expect(login.code).toBe(0)
  expect(gateway.counters).toMatchObject({ browserStarts: 0, deviceAuthorizationRequests: 1 })
})

test('usage errors are code 2, on stderr, with --json as an object', async () => {
  for (const args of [
    ['nonsense'],
    ['status', '--nonsense'],
    ['config', 'set', 'gateway-url'],
    ['setup', '--device', '--skip-browser'],
  ]) {
    const human = await machine.gate(...args)
    expect(human).toMatchObject({ code: 2, stdout: '' })
    expect(human.stderr).toMatch(/^Error: /)
    const asJson = await machine.gate(...args, '--json')
    expect(asJson).toMatchObject({ code: 2, stdout: '' })
    expect(JSON.parse(asJson.stderr)).toMatchObject({ schemaVersion: 1, error: { code: 'invalid-argument' } })
  }
})

test('what is piped in is not taken for an argument', async () => {
  const status = await machine.gateWith({ stdin: 'nobody\n' }, 'status')
  expect(status.code).toBe(0)
})

test('every command has help, and --version says which gate this is', async () => {
  const all = await machine.gate('--help')
  for (const command of ['setup', 'teardown', 'status', 'list', 'token', 'login', 'logout', 'config', 'doctor']) {
    expect(all.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'))
    expect(await machine.gate(command, '--help')).toMatchObject({ code: 0, stderr: '' })
  }
  expect((await machine.gate('--version')).stdout).toMatch(/^@gate\/cli\/\d+\.\d+\.\d+ linux-\w+ node-v\d+/)
  expect((await machine.gate('teardown', '--help')).stdout).toContain('all configured clients')
})

test('-h is help, too', async () => {
  for (const command of [[], ['status'], ['config', 'set'], ['token']]) {
    const short = await machine.gate(...command, '-h')
    expect(short).toMatchObject({ code: 0, stderr: '' })
    expect(short.stdout).toBe((await machine.gate(...command, '--help')).stdout)
  }
})

test('an answer that cannot be written is one line on stderr and exit code 1', async () => {
  const onFull = (...args: string[]) =>
    machine.run('sh', ['-c', 'exec "$@" >/dev/full', 'sh', process.execPath, GATE, ...args])
  for (const args of [['status'], ['config', 'show'], ['--help']]) {
    const unwritten = await onFull(...args)
    expect(unwritten, args.join(' ')).toMatchObject({ code: 1, signal: null })
    expect(unwritten.stderr).toMatch(/^[^\n]*ENOSPC[^\n]*\n$/)
  }
  const asJson = await onFull('status', '--json')
  expect(asJson.code).toBe(1)
  expect(errorOf(asJson)).toMatchObject({ code: 'io-failed', message: expect.stringContaining('ENOSPC') })
})

test('where not even the error can be written, the exit code is left', async () => {
  const full = await machine.run('sh', ['-c', 'exec "$@" >/dev/full 2>&1', 'sh', process.execPath, GATE, 'status'])
  expect(full).toMatchObject({ code: 1, signal: null })
  const usage = await machine.run('sh', ['-c', 'exec "$@" 2>/dev/full', 'sh', process.execPath, GATE, 'status', 'x'])
  expect(usage).toMatchObject({ code: 2, signal: null })
})

test('a reader that has seen enough is no error', async () => {
  const piped = await machine.run('sh', ['-c', '"$@" | true', 'sh', process.execPath, GATE, 'status', '--json'])
  expect(piped).toMatchObject({ code: 0, stderr: '' })
})

test('an error that nobody waits for is told as any other', async () => {
  const late = `process.on('newListener', (name) => name === 'uncaughtException' && queueMicrotask(() => { throw new Error('late') }))`
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(late)}` }
  const ended = await machine.gateWith({ env }, 'status')
  expect(ended).toMatchObject({ code: 1, stderr: 'Error: late\n  Run "gate doctor --report" and report this.\n' })
  const asJson = await machine.gateWith({ env }, 'status', '--json')
  expect(errorOf(asJson)).toMatchObject({ code: 'internal', message: 'late' })
})
