import { existsSync, readFileSync } from 'node:fs'
import type { Platform } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestHost, type FileSystemCall, hostWith, pathOf } from '../src/index.js'
import { mapPaths } from '../src/path-mapping.js'

const platforms: readonly Platform[] = ['linux', 'darwin', 'win32']

describe('paths', () => {
  const names = fc.array(
    fc.stringMatching(/^[\w. -]{1,12}$/).filter((name) => !/^\.*$|^ | $|[. ]$/.test(name)),
    { minLength: 1, maxLength: 5 },
  )

  it.each(platforms)('go to the real machine and back on %s', (platform) => {
    const { toNative, toHost } = mapPaths('/real/root', platform)
    fc.assert(
      fc.property(names, (parts) => {
        const path = platform === 'win32' ? `C:\\${parts.join('\\')}` : `/${parts.join('/')}`
        expect(toNative(path).startsWith('/real/root/')).toBe(true)
        expect(toHost(toNative(path))).toBe(path)
      }),
    )
  })

  it.each<[Platform, string]>([
    ['linux', '/../../etc/passwd'],
    ['linux', '/a/../../../etc/passwd'],
    ['win32', 'C:\\..\\..\\etc\\passwd'],
    ['win32', 'C:\\a\\..\\..\\..\\etc\\passwd'],
  ])('never leave the root: %s %s', (platform, path) => {
    expect(mapPaths('/real/root', platform).toNative(path)).toMatch(/^\/real\/root\/(C\/)?etc\/passwd$/)
  })

  it('of network shares lie beside the drives', () => {
    const { toNative, toHost } = mapPaths('/r', 'win32')
    expect(toHost(toNative('\\\\server\\share\\file'))).toBe('\\\\server\\share\\file')
    expect(toNative('d:\\x')).toBe('/r/D/x')
  })

  it('that are relative are a mistake of the caller', () => {
    for (const platform of platforms) expect(() => mapPaths('/r', platform).toNative('a/b')).toThrow(/relative/)
  })

  it('outside of the root are nobody’s', () => {
    expect(mapPaths('/real/root', 'linux').toHost('/real/rootless')).toBeUndefined()
    expect(mapPaths('/real/root', 'linux').toHost('/etc')).toBeUndefined()
  })
})

describe.each(platforms)('a host of %s', (platform) => {
  it('holds the files that it was given, with modes and links', async () => {
    await using host = await createTestHost({
      platform,
      files: {
        '~/a/text': 'text',
        '~/a/bytes': new Uint8Array([0, 255]),
        '~/a/program': { content: '#!', mode: 0o755 },
        '~/a/relative': { link: 'text' },
        '~/a/absolute': { link: '~/a/text' },
        '~/empty': { directory: true, mode: 0o700 },
      },
    })
    const at = (key: string) => pathOf(host, key)
    expect(await host.read('~/a/text')).toBe('text')
    expect(await host.fs.readFile(at('~/a/relative'), 'utf8')).toBe('text')
    expect(await host.fs.readFile(at('~/a/absolute'), 'utf8')).toBe('text')
    expect(await host.fs.readlink(at('~/a/absolute'))).toBe(at('~/a/text'))
    expect(await host.fs.realpath(at('~/a/absolute'))).toBe(at('~/a/text'))
    expect((await host.fs.stat(at('~/a/program'))).mode & 0o777).toBe(0o755)
    expect((await host.fs.readdir(at('~/a'))).toSorted()).toEqual(['absolute', 'bytes', 'program', 'relative', 'text'])
    expect(readFileSync(host.toNative(at('~/a/text')), 'utf8')).toBe('text')
    const tree = await host.snapshot(host.home)
    expect(tree.get('a/absolute')).toEqual({ kind: 'link', target: at('~/a/text') })
    expect(tree.get('empty')).toEqual({ kind: 'directory', mode: platform === 'win32' ? 0 : 0o700 })
  })

  it('speaks of its own paths in errors', async () => {
    await using host = await createTestHost({ platform })
    const path = pathOf(host, '~/missing')
    const error: unknown = await host.fs.readFile(path).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'ENOENT', path, message: expect.stringContaining(path) })
    expect(String(error)).not.toContain(host.root)
  })

  it('starts programs that it was given and no others', async () => {
    await using host = await createTestHost({
      platform,
      programs: { hello: (args) => `hello ${args.join()}`, fails: () => ({ code: 3, stderr: 'no' }) },
    })
    expect(await host.process.run('hello', ['a', 'b'])).toEqual({
      code: 0,
      stdout: 'hello a,b',
      stderr: '',
      timedOut: false,
    })
    expect(await host.process.run('fails', [])).toMatchObject({ code: 3, stderr: 'no' })
    await expect(host.process.run('other', [])).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(host.process.launch('other', [])).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('knows nothing of the machine that it runs on', async () => {
    await using host = await createTestHost({ platform, env: { ADDED: '1' } })
    expect(host.env.ADDED).toBe('1')
    expect(host.env.VITEST).toBeUndefined()
    expect(host.path.isAbsolute(host.home)).toBe(true)
    for (const directory of Object.values(host.directories)) expect(directory.startsWith(host.home)).toBe(true)
  })
})

describe('the root', () => {
  it('is removed at the end, when the host made it', async () => {
    const first = await createTestHost({ files: { '~/x': 'x' } })
    const second = await createTestHost({ root: first.root })
    expect(await second.read('~/x')).toBe('x')
    await second.dispose()
    expect(existsSync(first.root)).toBe(true)
    await first.dispose()
    expect(existsSync(first.root)).toBe(false)
  })

  it('cannot be left by a link', async () => {
    await using host = await createTestHost()
    const { symlinkSync } = await import('node:fs')
    symlinkSync('/etc', host.toNative('/home/user/out'))
    await expect(host.fs.realpath('/home/user/out')).rejects.toThrow(/leads out/)
  })
})

describe('interception', () => {
  it('sees every call, those on open files, too, and can end it', async () => {
    const calls: FileSystemCall[] = []
    await using host = await createTestHost({
      intercept: (call) => {
        calls.push(call)
        if (call.name === 'handle.sync') throw new Error('disk gone')
      },
    })
    calls.length = 0
    const handle = await host.fs.open('/home/user/file', 'wx')
    await handle.writeFile('x')
    await expect(handle.sync()).rejects.toThrow('disk gone')
    expect(calls).toEqual([
      { name: 'open', path: '/home/user/file' },
      { name: 'handle.writeFile', path: undefined },
      { name: 'handle.sync', path: undefined },
    ])
    await expect(host.fs.rename('/home/user/file', '/home/user/other')).resolves.toBeUndefined()
    expect(calls.at(-1)).toEqual({ name: 'rename', path: '/home/user/file' })
  })

  it('does not see what the test itself prepares', async () => {
    const calls: string[] = []
    await using host = await createTestHost({ files: { '~/a': 'a' }, intercept: ({ name }) => void calls.push(name) })
    await host.write({ '~/b': 'b' })
    await host.read('~/b')
    await host.snapshot()
    expect(calls).toEqual([])
  })
})

describe('a host with other parts', () => {
  it('has an engine that works with them, and leaves the original as it was', async () => {
    await using host = await createTestHost({ files: { '~/s.json': '{"a":1}' } })
    const readFile = (async () => {
      throw Object.assign(new Error('denied'), { code: 'EACCES' })
    }) as unknown as typeof host.fs.readFile
    const denied = hostWith(host, { fs: { ...host.fs, readFile } })
    const file = pathOf(host, '~/s.json')
    expect(await denied.engine.readDocument(file, 'json')).toMatchObject({ state: 'unreadable' })
    expect(await host.engine.readDocument(file, 'json')).toMatchObject({ state: 'parsed', value: { a: 1 } })
    expect(await denied.read('~/s.json')).toBe('{"a":1}')
  })
})
