import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { appendFile, chmod, chown, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gatePaths, type Host } from '@gate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bindingOf, type OidcAuth } from '../../src/binding.js'
import { type CacheEntry, formatCacheEntry } from '../../src/cache/cache-entry.js'
import { readCachedToken } from '../../src/cache/cached-token.js'
import { parseCacheEntry } from '../../src/cache/parse-cache-entry.js'
import { createTokenCache } from '../../src/cache/token-cache.js'
import { PROC_CLOCK, procTellsTime } from '../../src/shim/proc-clock.js'
import { writeShim } from '../../src/shim/shim.js'
import { posixShim, shimEnvironment } from '../../src/shim/shim-text.js'
import { createMachine, type Machine } from '../harness/machine.js'

const execFile = promisify((await import('node:child_process')).execFile)

/** What `/bin/sh` is on Debian, on macOS, and on Alpine; elsewhere than in CI those of them that are installed. */
const SHELLS = ([['dash'], ['bash', '--posix'], ['busybox', 'ash']] as const).filter(
  ([name]) => process.env.CI || ['/bin', '/usr/bin'].some((directory) => existsSync(join(directory, name))),
)

/** A library that moves the clock; elsewhere than in CI when it is installed. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((architecture) => `/usr/lib/${architecture}-linux-gnu/faketime/libfaketime.so.1`)
  .find((library) => existsSync(library))

const auth: OidcAuth = {
  kind: 'oidc',
  issuer: 'https://login.example.com/realms/it',
  clientId: 'gate',
  scopes: ['openid', 'offline_access'],
}
const GATEWAY = 'https://gateway.example.com'
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2ln-_~+/=='
const configOf = (more: Record<string, unknown> = {}, profile: Record<string, unknown> = {}) =>
  `${JSON.stringify({ version: 1, activeProfile: 'default', profiles: { default: { gatewayUrl: GATEWAY, auth, ...profile } }, ...more }, null, 2)}\n`

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

let machine: Machine
let configFile: string
let node: string
let started: string
beforeEach(async () => {
  machine = await createMachine()
  configFile = gatePaths(machine.host).config
  node = join(machine.home, 'node')
  started = join(machine.home, 'started')
  // Stands for Node: says that it was started, and with what.
  await writeFile(node, `#!/bin/sh\necho started\nprintf '%s ' "$@" >>"\${0%/*}/started"\n`, { mode: 0o755 })
  await mkdir(dirname(configFile), { recursive: true })
  await writeFile(configFile, configOf(), { mode: 0o600 })
})
afterEach(() => machine.remove())

const entryNow = (more: Partial<CacheEntry> = {}): CacheEntry => {
  const now = Date.now()
  return {
    binding: bindingOf('default', GATEWAY, auth),
    token: TOKEN,
    issuedAt: now,
    refreshAt: now + 240_000,
    expiresAt: now + 300_000,
    ...more,
  }
}

async function cache(entry = entryNow(), host: Host = machine.host): Promise<string> {
  const file = createTokenCache(host, entry.binding, () => {})
  await file.write(entry)
  return file.path
}

const target = () => ({ profile: 'default', gatewayUrl: GATEWAY, node, script: node })
const shim = (host: Host = machine.host) => writeShim(host, target())

/** Runs a program with stdin open, as Claude Code leaves it. */
function run(
  [command = '', ...args]: readonly string[],
  options: { env?: Record<string, string>; closed?: boolean } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env ?? { PATH: '/usr/bin:/bin' }, timeout: 20_000 })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => {
      stdout += chunk
    })
    child.stderr.on('data', (chunk) => {
      stderr += chunk
    })
    if (options.closed) child.stdout.destroy()
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

const SERVED = { code: 0, stdout: `${TOKEN}\n`, stderr: '' }
const PASSED_ON = { code: 0, stdout: 'started\n', stderr: '' }

/** The shim as it is where `ls` tells the time, and where `date` is asked. */
async function bothShims(): Promise<readonly string[]> {
  const { command } = await shim()
  const text = await readFile(command, 'utf8')
  expect(text).toContain(`gate_clock=${PROC_CLOCK}\n`)
  const other = join(machine.home, 'shim-with-date')
  await writeFile(other, text.replace(`gate_clock=${PROC_CLOCK}\n`, 'gate_clock=\n'), { mode: 0o700 })
  return [command, other]
}

async function expectEveryShell(expected: Ran, args: readonly string[] = [], env?: Record<string, string>) {
  for (const command of await bothShims()) {
    for (const shell of SHELLS) {
      const ran = await run([...shell, command, ...args], env ? { env } : {})
      expect({ shell: shell[0], ...ran }).toEqual({ shell: shell[0], ...expected })
    }
  }
}

describe.each(SHELLS.map((shell) => [shell.join(' ')]))('%s', (name) => {
  const shell = name.split(' ')

  it('prints a fresh token and a newline, and starts no Node', async () => {
    await cache()
    const { command } = await shim()
    expect(await run([...shell, command])).toEqual(SERVED)
    expect(await run([...shell, command, '--client', 'codex'])).toEqual(SERVED)
    await expect(readFile(started)).rejects.toMatchObject({ code: 'ENOENT' })
    await rm(node)
    expect(await run([...shell, command], { env: {} })).toEqual(SERVED)
  })

  it.each([['LC_ALL'], ['LANG']])('counts bytes whatever %s says that a character is', async (variable) => {
    await writeFile(configFile, configOf({}, { caFile: '/home/jürgen/日本/ca.pem' }))
    await cache()
    const { command } = await shim()
    expect(await run([...shell, command], { env: { [variable]: 'C.UTF-8' } })).toEqual(SERVED)
  })

  it.each([
    ['set', { LC_ALL: 'C.UTF-8' }, 'x C.UTF-8'],
    ['empty', { LC_ALL: '' }, 'x '],
    ['unset', {}, ' '],
    ['no locale', { LC_ALL: 'nonsense' }, 'x nonsense'],
  ])('gives Node the LC_ALL of the caller: %s', async (_what, env, seen) => {
    await cache(entryNow({ refreshAt: Date.now() }))
    await writeFile(node, `#!/bin/sh\necho "\${LC_ALL+x} \${LC_ALL-}"\n`, { mode: 0o755 })
    const { command } = await shim()
    expect((await run([...shell, command], { env })).stdout).toBe(`${seen}\n`)
  })

  it.each([
    ['a b'],
    ["it's"],
    ['say "hi"'],
    ['$(touch pwned)'],
    ['`touch pwned`'],
    ['line\nbreak'],
    ['\n'],
    ['*?[x]'],
    ['back\\slash'],
    ['-n'],
    ['ünïcödé 🗝'],
  ])('S72 in a directory named %j', async (part) => {
    const directory = join(machine.home, part)
    await mkdir(directory)
    const directories = Object.fromEntries(
      ['config', 'state', 'cache', 'runtime'].map((kind) => [kind, join(directory, kind.replace('runtime', 'run'))]),
    ) as unknown as Host['directories']
    const host: Host = { ...machine.host, directories, env: { ...machine.env, GATE_HOME: directory } }
    await mkdir(directories.config)
    await writeFile(gatePaths(host).config, configOf())
    await cache(entryNow(), host)
    const { command } = await shim(host)
    expect(await run([...shell, command])).toEqual(SERVED)
    await appendFile(gatePaths(host).config, ' ')
    expect(await run([...shell, command])).toEqual(PASSED_ON)
  })
})

it('A19 a stdout that is closed does not lead on to Node', async () => {
  await cache()
  const { command } = await shim()
  for (const shell of SHELLS) await run([...shell, '-c', '"$0" >&-', command])
  await run([command], { closed: true })
  await expect(readFile(started)).rejects.toMatchObject({ code: 'ENOENT' })
})

it('A19 variables that change what ls and date print, and what the shell takes apart, change nothing', async () => {
  await cache()
  const hostile = {
    PATH: '/nowhere',
    IFS: 'e0123456789',
    CDPATH: '/tmp',
    TIME_STYLE: '+%s',
    LS_BLOCK_SIZE: '1K',
    BLOCK_SIZE: 'human-readable',
    QUOTING_STYLE: 'c',
    LC_ALL: 'C.UTF-8',
    LS_COLORS: 'di=1',
    CLICOLOR_FORCE: '1',
    gate_tokens: '/etc',
    gate_line: '"token":"x"',
  }
  const { command } = await shim()
  const paths = SHELLS.map(([name, ...more]) => [`/bin/${name}`, ...more])
  for (const shell of paths.filter(([path = '']) => !path.endsWith('bash'))) {
    // Quoted names are not taken for names, which costs a start of Node and nothing else.
    const { QUOTING_STYLE: _own, ...env } = hostile
    expect(await run([...shell, command], { env })).toEqual(SERVED)
    expect((await run([...shell, command], { env: hostile })).code).toBe(0)
  }
})

describe('everything else is for the token command', () => {
  it.each([
    [['--force-refresh']],
    [['--client']],
    [['--client=codex']],
    [['--profile', 'other']],
    [['--client', 'codex', '--force-refresh']],
    [['--client', 'codex', '--skip-browser']],
    [['x', 'codex']],
    [['']],
  ])('arguments %j', async (args) => {
    await cache()
    await expectEveryShell(PASSED_ON, args)
    expect(await readFile(started, 'utf8')).toContain(
      `token --profile default --gateway-url ${GATEWAY} ${args.join(' ')}`,
    )
  })

  it.each([
    ['GATE_TOKEN', 'given'],
    ['GATE_TOKEN', ''],
  ])('%s=%j in the environment', async (name, value) => {
    await cache()
    await expectEveryShell(PASSED_ON, [], { PATH: '/usr/bin:/bin', [name]: value })
  })

  it('a token for another gateway than its clients send it to', async () => {
    await cache()
    const { command } = await writeShim(machine.host, { ...target(), gatewayUrl: `${GATEWAY}/` })
    expect(await run([command])).toEqual(PASSED_ON)
    expect(await run([(await shim()).command])).toEqual(SERVED)
  })

  it('directories that the environment names besides those of the shim', async () => {
    const { GATE_HOME: _unset, ...env } = machine.env
    const host = { ...machine.host, env }
    const content = {
      target: target(),
      environment: shimEnvironment(host),
      runtimeDirectory: undefined,
      procTellsTime: true,
    }
    const text = posixShim(content, 'linux')
    const file = join(machine.home, 'shim')
    await writeFile(file, text, { mode: 0o700 })
    const directories = {
      ...host.directories,
      config: join(machine.home, '.config/gate'),
      cache: join(machine.home, '.cache/gate'),
    }
    const other: Host = { ...host, directories }
    await mkdir(directories.config, { recursive: true })
    await writeFile(gatePaths(other).config, configOf())
    await cache(entryNow(), other)
    expect(await run([file])).toEqual(SERVED)
    expect(await run([file], { env: { GATE_HOME: '/other' } })).toEqual(PASSED_ON)
    // These are not followed: they would lead to another sign-in, or to another lock for the same one.
    const xdg = { XDG_CONFIG_HOME: '/other', XDG_STATE_HOME: '/other', XDG_CACHE_HOME: '/other' }
    expect(await run([file], { env: xdg })).toEqual(SERVED)
    // Where HOME was unknown, the shim knows no directory to look in.
    expect(posixShim({ ...content, environment: {} }, 'linux')).not.toContain('gate_cached')
  })

  it.each<[string, Partial<CacheEntry>]>([
    ['due', { refreshAt: Date.now() }],
    ['expired', { refreshAt: Date.now() - 2000, expiresAt: Date.now() - 1000 }],
    ['expired before it was due', { expiresAt: Date.now() - 1000 }],
    ['from the future: the clock was set back', { issuedAt: Date.now() + 120_000 }],
    ['with a quotation mark', { token: 'a"b' }],
    ['with a backslash', { token: 'a\\b' }],
    ['with fractions of milliseconds', { refreshAt: Date.now() + 240_000.5 }],
  ])('a token %s', async (_what, more) => {
    await cache(entryNow(more))
    await expectEveryShell(PASSED_ON)
  })

  it('a clock that was set back a little is nothing to ask anybody about', async () => {
    await cache(entryNow({ issuedAt: Date.now() + 30_000 }))
    await expectEveryShell(SERVED)
  })
})

describe('A16 a cache file that is not as gate writes it', () => {
  const modes = [0o644, 0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o660, 0o666, 0o777]
  it.each(modes.map((mode) => [mode.toString(8)]))('mode %s', async (mode) => {
    await chmod(await cache(), Number.parseInt(mode, 8))
    await expectEveryShell(PASSED_ON)
  })

  it.each([
    ['600', SERVED],
    ['400', SERVED],
    ['700', SERVED],
  ])('mode %s is private enough', async (mode, expected) => {
    await chmod(await cache(), Number.parseInt(mode, 8))
    await expectEveryShell(expected)
  })

  it.each([['720'], ['702'], ['777'], ['1777'], ['770']])('directory of mode %s', async (mode) => {
    await chmod(dirname(await cache()), Number.parseInt(mode, 8))
    await expectEveryShell(PASSED_ON)
  })

  it.runIf(process.getuid?.() === 0)('of another user, or in a directory of another user', async () => {
    const path = await cache()
    await chown(path, 1234, 0)
    await expectEveryShell(PASSED_ON)
    await chown(path, 0, 0)
    await expectEveryShell(SERVED)
    await chown(dirname(path), 1234, 0)
    await expectEveryShell(PASSED_ON)
  })

  it('a link to a good file, a linked directory, a FIFO, a directory, nothing', async () => {
    const path = await cache()
    const aside = join(machine.home, 'aside')
    await rename(path, aside)
    await expectEveryShell(PASSED_ON)
    await symlink(aside, path)
    await expectEveryShell(PASSED_ON)
    await rm(path)
    await execFile('mkfifo', ['-m', '600', path])
    await expectEveryShell(PASSED_ON)
    await rm(path)
    await mkdir(path)
    await expectEveryShell(PASSED_ON)
    await rm(path, { recursive: true })
    await rename(aside, path)
    await expectEveryShell(SERVED)
    await rename(dirname(path), aside)
    await symlink(aside, dirname(path))
    await expectEveryShell(PASSED_ON)
  })

  it('config.json as a FIFO, a link, or gone: nobody waits', async () => {
    await cache()
    await rename(configFile, `${configFile}.aside`)
    await expectEveryShell(PASSED_ON)
    await symlink(`${configFile}.aside`, configFile)
    await expectEveryShell(PASSED_ON)
    await rm(configFile)
    await execFile('mkfifo', ['-m', '600', configFile])
    await expectEveryShell(PASSED_ON)
  })

  it('cut off at any byte, or followed by anything', async () => {
    const path = await cache()
    const whole = await readFile(path)
    const { command } = await shim()
    for (let length = whole.length - 1; length >= 0; length--) {
      await truncate(path, length)
      const shell: readonly string[] = SHELLS[length % SHELLS.length] ?? []
      expect({ length, ...(await run([...shell, command])) }).toEqual({ length, ...PASSED_ON })
    }
    for (const more of ['\n', ' ', '}', '}\n', '\0', '\r', 'x\n']) {
      await writeFile(path, Buffer.concat([whole, Buffer.from(more)]))
      await expectEveryShell(PASSED_ON)
    }
    await writeFile(path, whole)
    await expectEveryShell(SERVED)
  }, 120_000)

  it('changed in any byte: never another text than the token that was cached', async () => {
    const path = await cache()
    const whole = await readFile(path)
    const { command } = await shim()
    const tokenAt = whole.indexOf(TOKEN)
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      bytes: fc.constantFrom('\0', '\r', '\n', '"', '\\', ' ', '$(id)', '9', 'é', '\u001b'),
      insert: fc.boolean(),
      shell: fc.constantFrom(...SHELLS),
    })
    await fc.assert(
      fc.asyncProperty(change, async ({ at, bytes, insert, shell }) => {
        const changed = Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(insert ? at : at + 1)])
        await writeFile(path, changed)
        const ran = await run([...shell, command])
        if (ran.stdout === PASSED_ON.stdout && !changed.equals(whole)) return
        // A digit in a time or in the token: still a whole file.
        expect(ran.code).toBe(0)
        expect(changed.includes(0)).toBe(false)
        expect(changed.toString()).toContain(`"token":"${ran.stdout.trimEnd()}"`)
        const inToken = at >= tokenAt && at <= tokenAt + TOKEN.length
        if (!inToken) expect(ran).toEqual(SERVED)
      }),
      { numRuns: 300 },
    )
  }, 120_000)
})

describe('A17 nothing old is sent to a new place', () => {
  it.each<[string, (text: string) => string]>([
    ['another gateway', (text) => text.replace('gateway.example', 'gateway2example')],
    ['another issuer', (text) => text.replace('login.example', 'login2example')],
    ['a blank at a line’s end', (text) => text.replace(',\n', ', \n')],
    ['CRLF', (text) => text.replaceAll('\n', '\r\n')],
    ['no line break at the end', (text) => text.slice(0, -1)],
    ['one line break more', (text) => `${text}\n`],
    ['a NUL', (text) => text.replace('example', 'exa\0mple')],
    ['a NUL at the end', (text) => `${text}\0`],
    ['its last line gone', (text) => text.slice(0, -2)],
    ['nothing', () => ''],
  ])('config.json with %s', async (_what, edit) => {
    await cache()
    await writeFile(configFile, edit(configOf()))
    // As a backup is restored.
    await execFile('touch', ['-d', '2020-01-01', configFile])
    await expectEveryShell(PASSED_ON)
    await writeFile(configFile, configOf())
    await expectEveryShell(SERVED)
  })

  it('a token that was fetched for another connection than config.json names when it is cached', async () => {
    await writeFile(configFile, configOf({}, { gatewayUrl: 'https://other.example.com' }))
    await cache()
    await expectEveryShell(PASSED_ON)
  })

  it('after the file was removed, as by a logout', async () => {
    const entry = entryNow()
    await cache(entry)
    await createTokenCache(machine.host, entry.binding, () => {}).remove()
    await expectEveryShell(PASSED_ON)
  })

  it.each([
    ['off', configOf({ shimFastPath: 'off' }), PASSED_ON],
    ['on', configOf({ shimFastPath: 'on' }), SERVED],
    ['larger than a shell should read', configOf({}, { headers: { 'x-much': 'x'.repeat(9000) } }), PASSED_ON],
  ])('the setting is %s', async (_what, text, expected) => {
    await writeFile(configFile, text)
    const path = await cache()
    expect((await readFile(path, 'utf8')).includes('"config"')).toBe(expected === SERVED)
    await expectEveryShell(expected)
  })
})

it('a shim answers what the token command would answer, whatever the configuration and the times', async () => {
  const commands = await bothShims()
  const text = fc.constantFrom('', 'x', 'ü', '🗝', '"', '\\', '\\n', ' ', "'", '}', '\t')
  const input = fc.record({
    config: fc.record({
      header: fc.array(text).map((parts) => parts.join('')),
      indent: fc.constantFrom(0, 2, '\t'),
      end: fc.constantFrom('\n', '', '\n\n', ' \n'),
    }),
    token: fc.stringMatching(/^[!-~]{1,200}$/),
    times: fc.tuple(
      fc.integer({ min: -9e5, max: 9e5 }),
      fc.integer({ min: -9e5, max: 9e5 }),
      fc.integer({ min: -9e5, max: 9e5 }),
    ),
    shell: fc.constantFrom(...SHELLS),
    command: fc.constantFrom(...commands),
  })
  let served = 0
  await fc.assert(
    fc.asyncProperty(input, async ({ config, token, times, shell, command }) => {
      const whole = JSON.stringify(JSON.parse(configOf({}, { headers: { x: config.header } })), null, config.indent)
      await writeFile(configFile, `${whole}${config.end}`)
      const now = Date.now()
      // Five seconds and more from any limit, so that both look at the same side of it.
      const [issuedAt, refreshAt, expiresAt] = times.map((ms) => now + Math.round(ms / 10_000) * 10_000 + 5000) as [
        number,
        number,
        number,
      ]
      await cache(entryNow({ token, issuedAt, refreshAt, expiresAt }))
      const byNode = readCachedToken({
        configFile,
        cacheDirectory: machine.host.directories.cache,
        profile: 'default',
        now,
        uid: machine.host.process.uid,
      })
      const ran = await run([...shell, command])
      if (ran.stdout === PASSED_ON.stdout) return
      served++
      expect(ran).toEqual({ code: 0, stdout: `${byNode?.token}\n`, stderr: '' })
    }),
    { numRuns: 200 },
  )
  expect(served).toBeGreaterThan(0)
}, 120_000)

describe('the clock of the kernel', () => {
  const said =
    (stdout: string, code = 0) =>
    async () => ({ code, stdout, stderr: '', timedOut: false })
  const line = (seconds: number) => `dr-xr-xr-x 9 0 0 0 ${seconds} - - //proc/self/\n`

  it('is asked for where it goes right, and only there', async () => {
    const { host } = machine
    const withRun = (run: Host['process']['run']): Host => ({ ...host, process: { ...host.process, run } })
    const now = Math.floor(host.clock.now() / 1000)
    expect(await procTellsTime(host)).toBe(true)
    expect(await procTellsTime(withRun(said(line(now))))).toBe(true)
    for (const wrong of [
      line(0),
      line(now - 60),
      line(now + 60),
      'dr-xr-xr-x 9 0 0 0 Nov 28 07:08 //proc/self/\n',
      '',
    ]) {
      expect(await procTellsTime(withRun(said(wrong)))).toBe(false)
    }
    expect(await procTellsTime(withRun(said(line(now), 2)))).toBe(false)
    expect(await procTellsTime(withRun(() => Promise.reject(new Error('ENOENT'))))).toBe(false)
    expect(await procTellsTime({ ...host, platform: 'darwin' })).toBe(false)
  })

  it.runIf(process.env.CI || FAKETIME)(
    'is not believed beside a preloaded library, which may move the clock of programs',
    async () => {
      // Moved to where the token is expired for everybody but the kernel.
      await cache(entryNow({ refreshAt: Date.now() + 3_600_000, expiresAt: Date.now() + 3_600_000 }))
      await expectEveryShell(SERVED)
      const { command } = await shim()
      const moved = { LD_PRELOAD: FAKETIME ?? 'libfaketime', FAKETIME: '+2h' }
      expect(await run([command], { env: moved })).toEqual(PASSED_ON)
    },
  )
})

it('the cache file is one JSON document, with the configuration as it is in config.json', async () => {
  const entry = entryNow()
  const text = await readFile(await cache(entry), 'utf8')
  const { binding, ...own } = entry
  expect(JSON.parse(text)).toEqual({
    version: 1,
    ...own,
    again: own.token,
    gateway: binding.gateway,
    config: JSON.parse(configOf()),
  })
  expect(text).toContain(configOf())
  expect(text).toBe(formatCacheEntry(entry, configOf()))
  expect(parseCacheEntry(text, binding.profile)).toEqual(entry)
  expect(parseCacheEntry(text, 'other')).toBeUndefined()
  expect(parseCacheEntry(text.replace('"config"', '"binding":{},"config"'), binding.profile)).toBeUndefined()
})
