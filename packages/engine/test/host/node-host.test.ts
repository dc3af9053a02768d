import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatePaths } from '@gate/core'
import { afterAll, describe, expect, it } from 'vitest'
import { createNodeHost } from '../../src/host/index.js'

const home = mkdtempSync(join(tmpdir(), 'gate-host-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const directoriesWith = (env: Record<string, string>, platform: 'linux' | 'darwin' | 'win32' = 'linux') =>
  createNodeHost({ env, home: platform === 'win32' ? 'C:\\Users\\u' : '/home/u', platform, toNative: () => home })
    .directories

describe('directories', () => {
  it('Linux: XDG defaults, XDG variables, relative ones ignored', () => {
    expect(directoriesWith({})).toEqual({
      config: '/home/u/.config/gate',
      state: '/home/u/.local/state/gate',
      cache: '/home/u/.cache/gate',
      runtime: '/home/u/.cache/gate/run',
    })
    const env = { XDG_CONFIG_HOME: '/c', XDG_STATE_HOME: 's', XDG_CACHE_HOME: '', XDG_RUNTIME_DIR: '/run/user/1' }
    expect(directoriesWith(env)).toEqual({
      config: '/c/gate',
      state: '/home/u/.local/state/gate',
      cache: '/home/u/.cache/gate',
      runtime: '/run/user/1/gate',
    })
  })

  it('macOS and Windows', () => {
    const mac = '/home/u/Library/Application Support/gate'
    expect(directoriesWith({ XDG_CONFIG_HOME: '/c' }, 'darwin')).toEqual({
      config: `${mac}/config`,
      state: `${mac}/state`,
      cache: `${mac}/cache`,
      runtime: `${mac}/run`,
    })
    expect(directoriesWith({ APPDATA: 'D:\\roaming' }, 'win32')).toEqual({
      config: 'D:\\roaming\\gate\\config',
      state: 'C:\\Users\\u\\AppData\\Local\\gate\\state',
      cache: 'C:\\Users\\u\\AppData\\Local\\gate\\cache',
      runtime: 'C:\\Users\\u\\AppData\\Local\\gate\\run',
    })
  })

  it('GATE_HOME holds everything, on every platform, and must be absolute', () => {
    expect(directoriesWith({ GATE_HOME: '/g', XDG_CONFIG_HOME: '/c' })).toEqual({
      config: '/g/config',
      state: '/g/state',
      cache: '/g/cache',
      runtime: '/g/run',
    })
    expect(directoriesWith({ GATE_HOME: 'E:\\g' }, 'win32').state).toBe('E:\\g\\state')
    expect(() => directoriesWith({ GATE_HOME: 'g' })).toThrow(/GATE_HOME must be an absolute path/)
  })

  it('the files in them have one name each', () => {
    expect(gatePaths(createNodeHost({ env: { HOME: home, GATE_HOME: '/g' } }))).toEqual({
      config: '/g/config/config.json',
      ledger: '/g/state/ledger.json',
      journal: '/g/state/journal',
      locks: '/g/state/locks',
      clients: '/g/state/clients',
      bin: '/g/state/bin',
      tokens: '/g/cache/tokens',
      secrets: '/g/config/secrets.enc',
      secretLocks: '/g/config/locks',
      secretsKey: '/g/state/secrets.key',
      answers: '/g/cache/answers',
      compileCache: '/g/cache/compile',
    })
  })
})

describe('F20 the home directory', () => {
  const file = join(home, 'file')
  writeFileSync(file, '')

  it.each([
    ['unset', undefined, /HOME is not set/],
    ['empty', '', /HOME is not set/],
    ['relative', 'home/u', /absolute/],
    ['the root', '/', /root directory/],
    ['the root in disguise', '/tmp/..', /root directory/],
    ['missing', join(home, 'gone'), /does not exist/],
    ['a file', file, /is not a directory/],
    ['with NUL', '/home/\0', /absolute/],
  ])('%s: refused with what to do', (_name, value, message) => {
    const init = { env: value === undefined ? {} : { HOME: value } }
    const attempt = () => createNodeHost(init)
    expect(attempt).toThrow(message)
    expect(attempt).toThrow(
      expect.objectContaining({
        code: 'invalid-config',
        fix: expect.objectContaining({ text: expect.stringContaining('HOME') }),
      }),
    )
    const lenient = createNodeHost({ env: { ...init.env, GATE_HOME: '/g' }, requireHome: false })
    expect(lenient.directories.state).toBe('/g/state')
    expect(() => lenient.home).toThrow(message)
  })

  it('is normalised, and names itself after USERPROFILE on Windows', () => {
    expect(createNodeHost({ env: { HOME: `${home}/x/..//` } }).home).toBe(home)
    expect(() => createNodeHost({ env: { HOME: home }, platform: 'win32' })).toThrow(/USERPROFILE is not set/)
  })
})

describe('the machine', () => {
  const host = createNodeHost({ env: { HOME: home, PATH: process.env.PATH } })
  const node = process.execPath

  it('A19 a deleted working directory is no reason to fail', async () => {
    const script = `
      import { mkdtempSync, rmdirSync } from 'node:fs'
      const { createNodeHost } = await import(${JSON.stringify(new URL('../../dist/host.js', import.meta.url).href)})
      const gone = mkdtempSync('/tmp/gone-'); process.chdir(gone); rmdirSync(gone)
      process.stdout.write(createNodeHost().cwd)`
    const { stdout, stderr, code } = await host.process.run(node, ['--input-type=module', '-e', script], {
      timeoutMs: 30_000,
    })
    expect({ stdout, stderr, code }).toEqual({ stdout: home, stderr: '', code: 0 })
  })

  it('runs programs without a shell and reports code, output and time-outs', async () => {
    const echo = 'process.stdin.pipe(process.stdout); console.error(process.argv[1]); process.exitCode = 7'
    expect(await host.process.run(node, ['-e', echo, '$HOME `x`'], { stdin: 'in', timeoutMs: 30_000 })).toEqual({
      code: 7,
      stdout: 'in',
      stderr: '$HOME `x`\n',
      timedOut: false,
    })
    const hang = 'process.stdin.resume(); setInterval(() => {}, 1000)'
    expect(await host.process.run(node, ['-e', hang], { timeoutMs: 300 })).toMatchObject({ code: null, timedOut: true })
    await expect(host.process.run('/no/such/program', [])).rejects.toMatchObject({ code: 'ENOENT' })
    const signal = AbortSignal.timeout(200)
    await expect(host.process.run(node, ['-e', hang], { signal, timeoutMs: 30_000 })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })

  it('ends a program that prints without end', async () => {
    const flood =
      'const b = Buffer.alloc(65536, 120); setInterval(() => { for (let i = 0; i < 64; i++) process.stdout.write(b) }, 0)'
    const { code, stdout } = await host.process.run(node, ['-e', flood], { timeoutMs: 30_000 })
    expect(code).toBeNull()
    expect(stdout.length).toBeLessThanOrEqual(4 * 1024 * 1024)
  })

  it('knows which processes exist', async () => {
    expect(host.process.isRunning(process.pid)).toBe(true)
    expect(host.process.isRunning(2 ** 22 + 1)).toBe(false)
  })

  it('sleeps until it is told to stop', async () => {
    const signal = AbortSignal.timeout(20)
    await expect(host.clock.sleep(60_000, signal)).rejects.toMatchObject({ name: 'TimeoutError' })
    await expect(host.clock.sleep(1)).resolves.toBeUndefined()
  })
})
