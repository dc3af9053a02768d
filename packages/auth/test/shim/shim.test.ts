import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Host } from '@gate/core'
import { quotePosix } from '@gate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { escapeBatch, unquotePosix } from '../../src/shim/quote.js'
import { inspectShim, listShims, removeShim, writeShim } from '../../src/shim/shim.js'
import { batchShim, parseShim, posixShim } from '../../src/shim/shim-text.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { codeOf } from '../harness/suite.js'

const GATEWAY = 'https://gw.example.com'
const PURPOSE = { profile: 'default', gatewayUrl: GATEWAY }

const SCRIPT = `
const { GATE_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_RUNTIME_DIR, NODE_OPTIONS, HOME } = process.env
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), node: process.execPath, GATE_HOME, XDG_CONFIG_HOME, XDG_STATE_HOME, XDG_CACHE_HOME, XDG_RUNTIME_DIR, NODE_OPTIONS, HOME }))
process.stdin.on('data', () => {}).on('end', () => {})
`

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

let machine: Machine
let script: string
let node: string
beforeEach(async () => {
  machine = await createMachine()
  node = process.execPath
  script = join(machine.home, 'dist', 'token.js')
  await mkdir(dirname(script))
  await writeFile(script, SCRIPT)
})
afterEach(() => machine.remove())

function run(
  command: string,
  args: string[] = [],
  options: { env?: Record<string, string>; cwd?: string } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const { env = { PATH: '/usr/bin:/bin' }, cwd } = options
    // stdin stays open, as Claude Code leaves it.
    const child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'], ...(cwd ? { cwd } : {}) })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}
const said = (ran: Ran) => JSON.parse(ran.stdout)

it('calls the script with the profile and the arguments of the client, and knows where gate keeps its files', async () => {
  const helper = await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
  expect(helper).toEqual({
    command: join(machine.host.directories.state, 'bin', 'gate-token-default-fe7165f8'),
    args: [],
  })
  expect((await stat(helper.command)).mode & 0o777).toBe(0o700)
  const ran = await run(helper.command, ['--client', 'a b', "it's"])
  expect(ran).toMatchObject({ code: 0, stderr: '' })
  expect(said(ran)).toMatchObject({
    args: ['token', '--profile', 'default', '--gateway-url', GATEWAY, '--client', 'a b', "it's"],
    cwd: '/',
    GATE_HOME: machine.env.GATE_HOME,
    // For a browser that a login opens: a client may start its helper with an empty environment.
    HOME: machine.home,
  })
})

it('without GATE_HOME the directories of XDG go along, and the keychain’s socket is found from a bare environment', async () => {
  const runtime = join(machine.home, 'run')
  await mkdir(runtime)
  const { GATE_HOME: _unset, ...env } = machine.env
  Object.assign(env, {
    XDG_CONFIG_HOME: join(machine.home, 'my config'),
    XDG_RUNTIME_DIR: runtime,
    XDG_CACHE_HOME: 'relative',
  })
  const { command } = await writeShim(
    { ...machine.host, env },
    { profile: 'default', gatewayUrl: GATEWAY, node, script },
  )
  const found = said(await run(command, [], { env: {} }))
  expect(found).toMatchObject({
    XDG_CONFIG_HOME: join(machine.home, 'my config'),
    XDG_RUNTIME_DIR: runtime,
    HOME: machine.home,
  })
  expect(found.XDG_CACHE_HOME).toBeUndefined()
  // A session that has its own is left alone.
  expect(said(await run(command, [], { env: { XDG_RUNTIME_DIR: '/own' } })).XDG_RUNTIME_DIR).toBe('/own')
})

it('A1 directories that XDG variables of the caller name are not taken for those of the set-up', async () => {
  const env: Record<string, string | undefined> = { ...machine.env, XDG_CONFIG_HOME: join(machine.home, 'my config') }
  delete env.GATE_HOME
  const { command } = await writeShim(
    { ...machine.host, env },
    { profile: 'default', gatewayUrl: GATEWAY, node, script },
  )
  const other = { XDG_CONFIG_HOME: '/other', XDG_STATE_HOME: '/other', XDG_CACHE_HOME: '/other' }
  const found = said(await run(command, [], { env: other }))
  expect(found).toMatchObject({ XDG_CONFIG_HOME: env.XDG_CONFIG_HOME })
  expect(found.XDG_STATE_HOME).toBeUndefined()
  expect(found.XDG_CACHE_HOME).toBeUndefined()
})

describe('A19 hostile surroundings', () => {
  it('a deleted working directory', async () => {
    const { command } = await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
    const gone = join(machine.home, 'gone')
    await mkdir(gone)
    const child = execFile('/bin/sh', ['-c', 'rmdir "$1"; exec "$2"', 'sh', gone, command], { cwd: gone, env: {} })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    await expect(rmdir(gone)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('NODE_OPTIONS and a project’s own modules are not loaded', async () => {
    const { command } = await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
    const project = join(machine.home, 'project')
    await mkdir(project)
    await writeFile(join(project, 'evil.js'), 'console.log("EVIL")')
    await writeFile(join(project, '.env'), 'GATE_HOME=/evil')
    const env = { NODE_OPTIONS: '--require ./evil.js', NODE_PATH: project, ENV: join(project, 'evil.js') }
    const ran = await run(command, [], { env, cwd: project })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(said(ran).NODE_OPTIONS).toBeUndefined()
  })

  it('an empty environment', async () => {
    const { command } = await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
    expect(await run('/usr/bin/env', ['-i', command])).toMatchObject({ code: 0, stderr: '' })
  })
})

describe('A20 programs that moved', () => {
  const missing = '/nowhere/node'

  it('Node gone: the one on the PATH is used, and status says so', async () => {
    const { command } = await writeShim(machine.host, {
      profile: 'default',
      gatewayUrl: GATEWAY,
      node: missing,
      script,
    })
    const ran = await run(command, [], { env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin` } })
    expect(said(ran).args).toEqual(['token', '--profile', 'default', '--gateway-url', GATEWAY])
    const { problems } = await inspectShim(machine.host, PURPOSE)
    expect(problems).toMatchObject([{ code: 'helper-node-missing', message: expect.stringContaining(missing) }])
  })

  it('an old Node on the PATH is not used: code 3 and one line', async () => {
    const bin = join(machine.home, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'node'), '#!/bin/sh\n[ "$1" = -e ] && exit 1\necho OLD\n', { mode: 0o755 })
    const { command } = await writeShim(machine.host, {
      profile: 'default',
      gatewayUrl: GATEWAY,
      node: missing,
      script,
    })
    const ran = await run(command, [], { env: { PATH: bin } })
    expect(ran).toMatchObject({ code: 3, stdout: '' })
    expect(ran.stderr.trim().split('\n')).toHaveLength(1)
    expect(ran.stderr).toContain('gate setup')
  })

  it('gate reinstalled elsewhere: the one on the PATH is used; gone altogether: code 3 and one line', async () => {
    const { command } = await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
    await rename(script, `${script}.moved`)
    const bin = join(machine.home, 'bin')
    await mkdir(bin)
    await writeFile(join(bin, 'gate'), '#!/bin/sh\nprintf "%s " new "$@"\n', { mode: 0o755 })
    const ran = await run(command, ['--client', 'codex'], { env: { PATH: bin } })
    expect(ran.stdout).toBe('new token --profile default --gateway-url https://gw.example.com --client codex ')
    expect((await inspectShim(machine.host, PURPOSE)).problems).toMatchObject([{ code: 'helper-script-missing' }])
    await rm(join(bin, 'gate'))
    const lost = await run(command, [], { env: { PATH: bin } })
    expect(lost).toMatchObject({ code: 3, stdout: '' })
    expect(lost.stderr.trim().split('\n')).toHaveLength(1)
  })
})

describe('S72 paths that a shell would take apart', () => {
  const HOSTILE = [
    'a b',
    "it's",
    'say "hi"',
    '$HOME',
    '$(touch pwned)',
    '`touch pwned`',
    'a;b',
    'a&b|c',
    'line\nbreak',
    '*?[x]',
    '~',
    'back\\slash',
    '-n',
    '#x',
    '%PATH%',
    'ünïcödé 🗝',
  ]

  it.each(HOSTILE)('%j, executed', async (part) => {
    const directory = join(machine.home, part)
    await mkdir(directory)
    const nested = join(directory, 'token.js')
    await writeFile(nested, SCRIPT)
    const host: Host = { ...machine.host, env: { ...machine.env, GATE_HOME: directory } }
    const { command } = await writeShim(host, { profile: 'default', gatewayUrl: GATEWAY, node, script: nested })
    const ran = await run(command, [part])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(said(ran)).toMatchObject({
      args: ['token', '--profile', 'default', '--gateway-url', GATEWAY, part],
      GATE_HOME: directory,
    })
    expect(await inspectShim(host, PURPOSE)).toMatchObject({ node, script: nested, problems: [] })
    await expect(stat('/pwned')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('quoting is undone exactly, for any text', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 40 }).filter((value) => !value.includes('\0'))
    fc.assert(
      fc.property(text, (value) => {
        expect(unquotePosix(quotePosix(value))).toBe(value)
      }),
    )
    const words = fc.sample(text, 60)
    const script = words.map((word) => `printf '%s\\0' ${quotePosix(word)}`).join('\n')
    const printed = await new Promise<string>((resolve, reject) => {
      execFile('/bin/sh', ['-c', script], { encoding: 'utf8' }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      )
    })
    expect(printed.split('\0').slice(0, -1)).toEqual(words)
  })

  it('what a shim starts is read back from its text, for any path', () => {
    const path = fc.string({ unit: 'grapheme' }).map((value) => `/${value.replaceAll('\0', '')}`)
    fc.assert(
      fc.property(path, path, (first, second) => {
        const target = { profile: 'p', gatewayUrl: `https://gw.example.com${second}`, node: first, script: second }
        for (const content of [
          { target, environment: {}, runtimeDirectory: undefined, procTellsTime: false },
          { target, environment: { GATE_HOME: second }, runtimeDirectory: first, procTellsTime: false },
          { target, environment: { GATE_HOME: `/x${first}` }, runtimeDirectory: first, procTellsTime: true },
          {
            target,
            environment: { HOME: first, XDG_CACHE_HOME: second },
            runtimeDirectory: second,
            procTellsTime: false,
          },
        ]) {
          const text = posixShim(content, 'linux')
          expect(parseShim(text, 'linux')).toEqual(content)
          expect(parseShim(`${text}#`, 'linux')).toBeUndefined()
        }
      }),
    )
  })
})

it('the path must be absolute, and the profile a name', async () => {
  for (const bad of ['', 'node', './node', '../bin/node']) {
    expect(await codeOf(writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node: bad, script }))).toBe(
      'invalid-argument',
    )
    expect(await codeOf(writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script: bad }))).toBe(
      'invalid-argument',
    )
  }
  for (const profile of ['../x', 'con', '', 'A']) {
    expect(await codeOf(writeShim(machine.host, { profile, gatewayUrl: GATEWAY, node, script }))).toBe(
      'invalid-argument',
    )
  }
})

it('equal bytes are not written again; a changed, closed or missing shim is named and repaired', async () => {
  const target = { profile: 'default', gatewayUrl: GATEWAY, node, script }
  expect(await inspectShim(machine.host, PURPOSE)).toMatchObject({
    exists: false,
    problems: [{ code: 'helper-missing' }],
  })
  const { command } = await writeShim(machine.host, target)
  const { ino } = await stat(command)
  await writeShim(machine.host, target)
  expect((await stat(command)).ino).toBe(ino)
  expect((await inspectShim(machine.host, PURPOSE)).problems).toEqual([])
  // From an SSH session, which has another environment, it is still the same shim.
  const elsewhere = { ...machine.host, env: { ...machine.env, XDG_RUNTIME_DIR: '/run/user/77' } }
  expect((await inspectShim(elsewhere, PURPOSE)).problems).toEqual([])
  await chmod(command, 0o600)
  expect((await inspectShim(machine.host, PURPOSE)).problems).toMatchObject([{ code: 'helper-not-executable' }])
  await writeFile(command, '#!/bin/sh\nexec evil\n')
  expect((await inspectShim(machine.host, PURPOSE)).problems.map(({ code }) => code)).toEqual([
    'not-executable',
    'changed',
  ])
  await writeShim(machine.host, target)
  expect((await inspectShim(machine.host, PURPOSE)).problems).toEqual([])
  expect(await removeShim(machine.host, command)).toBe(true)
  expect(await removeShim(machine.host, command)).toBe(false)
})

it('another gateway has another shim, and each passes its own on', async () => {
  const other = { ...PURPOSE, gatewayUrl: 'https://other.example.com' }
  const first = await writeShim(machine.host, { ...PURPOSE, node, script })
  const second = await writeShim(machine.host, { ...other, node, script })
  expect(second.command).not.toBe(first.command)
  expect(said(await run(first.command)).args).toContain(GATEWAY)
  expect(said(await run(second.command)).args).toContain(other.gatewayUrl)
  const shims = [first, second].map(({ command }) => ({ command, profile: 'default' }))
  await writeFile(join(dirname(first.command), 'mine'), '')
  expect((await listShims(machine.host)).toSorted(byCommand)).toEqual(shims.toSorted(byCommand))
  await writeFile(first.command, await readFile(second.command, 'utf8'))
  expect((await inspectShim(machine.host, PURPOSE)).problems).toMatchObject([{ code: 'helper-changed' }])
})

const byCommand = (a: { command: string }, b: { command: string }) => a.command.localeCompare(b.command)

describe('Windows', () => {
  const target = {
    profile: 'default',
    gatewayUrl: 'https://gw.example.com/a%20b',
    node: 'C:\\Program Files (x86)\\node.exe',
    script: 'C:\\100% gate & co\\token.js',
  }

  it('the batch file has no block, doubles percent signs, and is read back', async () => {
    const text = batchShim({ target, environment: { GATE_HOME: 'C:\\Users\\me\\%x%' } })
    expect(text).toContain('set "gate_script=C:\\100%% gate & co\\token.js"')
    expect(text).toContain('set "gate_gateway=https://gw.example.com/a%%20b"')
    // Read twice by `call`.
    expect(text).toMatch(/^call .* --gateway-url "https:\/\/gw\.example\.com\/a%%%%20b" %\* <nul\r$/m)
    expect(text).toContain('set "GATE_HOME=C:\\Users\\me\\%%x%%"')
    expect(text.split('\r\n').every((line) => !line.includes('\n'))).toBe(true)
    expect(parseShim(text, 'win32')).toMatchObject({ target, environment: { GATE_HOME: 'C:\\Users\\me\\%x%' } })
    expect(() => escapeBatch('a"b')).toThrow(/quotation mark/)
  })

  it('a path beyond ASCII sets the code page before it is read, and only then', () => {
    const beyond = { ...target, node: 'C:\\Users\\Jürgen\\node.exe' }
    const text = batchShim({ target: beyond, environment: {} })
    expect(text.indexOf('chcp 65001 >nul')).toBeLessThan(text.indexOf('Jürgen'))
    expect(parseShim(text, 'win32')?.target.node).toBe('C:\\Users\\Jürgen\\node.exe')
    expect(batchShim({ target, environment: {} })).not.toContain('chcp')
  })

  it('is written as .cmd below the state directory of Windows', async () => {
    const host = { ...machine.host, platform: 'win32' as const }
    // Written through the real file system of this machine, so with its paths.
    const { command } = await writeShim(host, { profile: 'default', gatewayUrl: GATEWAY, node, script })
    expect(command).toBe(join(machine.host.directories.state, 'bin', 'gate-token-default-fe7165f8.cmd'))
    expect(await readFile(command, 'utf8')).toContain('@echo off')
  })
})
