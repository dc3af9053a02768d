import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gatePaths } from '@gate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CacheEntry, formatCacheEntry, type TokenBinding } from '../../src/cache/cache-entry.js'
import { readCachedToken } from '../../src/cache/cached-token.js'
import { createTokenCache } from '../../src/cache/token-cache.js'
import { createMachine, type Machine } from '../harness/machine.js'

const NOW = 1_800_000_000_000
const binding: TokenBinding = {
  profile: 'default',
  gateway: 'https://gateway.example',
  issuer: 'https://issuer.example',
  clientId: 'gate',
  audience: '',
  scopes: ['openid', 'offline_access'],
}
const entry: CacheEntry = {
  binding,
  token: 'cached-token',
  issuedAt: NOW,
  refreshAt: NOW + 240_000,
  expiresAt: NOW + 300_000,
}
const profile = {
  gatewayUrl: binding.gateway,
  auth: { kind: 'oidc', issuer: binding.issuer, clientId: binding.clientId } as Record<string, unknown>,
}

let machine: Machine
let configFile: string
beforeEach(async () => {
  machine = await createMachine()
  configFile = gatePaths(machine.host).config
  await mkdir(machine.host.directories.config, { recursive: true })
  await configure({ activeProfile: 'default', profiles: { default: profile } })
  await mkdir(join(machine.cacheFile, '..'), { recursive: true, mode: 0o700 })
  await writeFile(machine.cacheFile, formatCacheEntry(entry), { mode: 0o600 })
})
afterEach(() => machine.remove())

const configure = (config: Record<string, unknown>) => writeFile(configFile, JSON.stringify({ version: 1, ...config }))
const query = (init: { profile?: string; now?: number; uid?: number } = {}) => ({
  configFile,
  cacheDirectory: machine.host.directories.cache,
  profile: init.profile,
  now: init.now ?? NOW,
  uid: init.uid ?? machine.host.process.uid,
})

it('S75 S81 a fresh token of the active profile is found', () => {
  expect(readCachedToken(query())).toEqual({
    token: 'cached-token',
    profile: 'default',
    expiresAt: entry.expiresAt,
    outdated: false,
  })
  expect(readCachedToken(query({ profile: 'default' }))).toBeDefined()
  expect(readCachedToken(query({ profile: 'other' }))).toBeUndefined()
  expect(readCachedToken(query({ profile: '../default' }))).toBeUndefined()
})

it.skipIf(process.platform === 'win32')('A16 a FIFO in the place of the configuration is not waited for', async () => {
  await rm(configFile)
  await promisify(execFile)('mkfifo', [configFile])
  const reading = `import { readCachedToken } from ${JSON.stringify(new URL('../../dist/cached-token.js', import.meta.url).href)}
    console.log(readCachedToken(${JSON.stringify(query())}))`
  const ran = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', reading], { timeout: 5_000 })
  expect(ran.stdout).toBe('undefined\n')
})

it('S75 the configuration may be a link, as those who keep it elsewhere make it', async () => {
  await rename(configFile, join(machine.home, 'elsewhere.json'))
  await symlink(join(machine.home, 'elsewhere.json'), configFile)
  expect(readCachedToken(query())).toBeDefined()
})

it('a file that would be written in another way now is outdated', async () => {
  const text = `${JSON.stringify({ version: 1, activeProfile: 'default', profiles: { default: profile } })}\n`
  await writeFile(configFile, text)
  expect(readCachedToken(query())).toMatchObject({ outdated: true })
  await writeFile(machine.cacheFile, formatCacheEntry(entry, text))
  expect(readCachedToken(query())).toMatchObject({ token: 'cached-token', outdated: false })
  await writeFile(configFile, text.replace(profile.gatewayUrl, `${profile.gatewayUrl}.other.example`))
  expect(readCachedToken(query())).toBeUndefined()
  await writeFile(configFile, text.replace('{', '{ '))
  expect(readCachedToken(query())).toMatchObject({ token: 'cached-token', outdated: true })
  await writeFile(configFile, text.replace('"version"', '"shimFastPath":"off","version"'))
  expect(readCachedToken(query())).toMatchObject({ token: 'cached-token', outdated: true })
  await writeFile(machine.cacheFile, formatCacheEntry(entry))
  expect(readCachedToken(query())).toMatchObject({ outdated: false })
})

it('S76 never one that is due, expired, or from a clock that was set back', () => {
  for (const now of [entry.refreshAt, entry.expiresAt, entry.expiresAt + 1e9, NOW - 3_600_000]) {
    expect(readCachedToken(query({ now }))).toBeUndefined()
  }
})

it.each<[string, unknown]>([
  ['another gateway', { ...profile, gatewayUrl: 'https://evil.example' }],
  ['another issuer', { ...profile, auth: { ...profile.auth, issuer: 'https://evil.example' } }],
  ['another client id', { ...profile, auth: { ...profile.auth, clientId: 'x' } }],
  ['an audience', { ...profile, auth: { ...profile.auth, audience: 'https://a' } }],
  ['another scope', { ...profile, auth: { ...profile.auth, scopes: ['openid', 'llm'] } }],
  ['an API key instead', { ...profile, auth: { kind: 'api-key' } }],
  ['no authentication', { gatewayUrl: profile.gatewayUrl }],
  ['nothing', undefined],
])('S115 A17 not for a configuration with %s', async (_what, changed) => {
  await configure({ activeProfile: 'default', profiles: { default: changed } })
  expect(readCachedToken(query())).toBeUndefined()
})

it('scopes and audience are compared as they are in force', async () => {
  const written = { ...profile.auth, audience: '', scopes: ['openid'] }
  await configure({ activeProfile: 'default', profiles: { default: { ...profile, auth: written } } })
  expect(readCachedToken(query())).toBeDefined()
})

it('any configuration file and any cache file is a token or a miss, never an exception', async () => {
  const { writeFileSync } = await import('node:fs')
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      writeFileSync(configFile, text)
      expect(readCachedToken(query())).toBeUndefined()
    }),
    { numRuns: 50 },
  )
})

describe('A16 a cache that somebody else may have written or read is ignored, told of, and written anew', () => {
  const away = () => join(machine.home, 'away.json')
  const cases: [string, () => Promise<void>][] = [
    ['world-readable', () => chmod(machine.cacheFile, 0o644)],
    ['group-writable', () => chmod(machine.cacheFile, 0o620)],
    [
      'a symlink',
      async () => {
        await rename(machine.cacheFile, away())
        await symlink(away(), machine.cacheFile)
      },
    ],
    [
      'a directory',
      async () => {
        await rm(machine.cacheFile)
        await mkdir(machine.cacheFile)
      },
    ],
    [
      'a FIFO',
      async () => {
        await rm(machine.cacheFile)
        await promisify(execFile)('mkfifo', [machine.cacheFile])
      },
    ],
    ['truncated', async () => writeFile(machine.cacheFile, (await readFile(machine.cacheFile)).subarray(0, 60))],
    ['huge', () => writeFile(machine.cacheFile, 'x'.repeat(300_000))],
  ]
  it.each(cases)('%s', async (_what, spoil) => {
    await spoil()
    expect(readCachedToken(query())).toBeUndefined()
    const warnings: string[] = []
    const cache = createTokenCache(machine.host, binding, (message) => warnings.push(message))
    expect(await cache.read()).toBeUndefined()
    expect(await cache.read()).toBeUndefined()
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain(machine.cacheFile)
    if ((await stat(machine.cacheFile)).isDirectory()) return
    await cache.write(entry)
    expect(await cache.read()).toEqual(entry)
    expect((await stat(machine.cacheFile)).mode & 0o777).toBe(0o600)
    expect(readCachedToken(query())).toBeDefined()
  })

  it('foreign', async () => {
    const uid = (machine.host.process.uid ?? 0) + 1
    expect(readCachedToken(query({ uid }))).toBeUndefined()
    const warnings: string[] = []
    const host = { ...machine.host, process: { ...machine.host.process, uid } }
    expect(await createTokenCache(host, binding, (message) => warnings.push(message)).read()).toBeUndefined()
    expect(warnings).toMatchObject([expect.stringContaining('another user')])
  })

  it('in a directory that others may write to', async () => {
    await chmod(join(machine.cacheFile, '..'), 0o777)
    expect(readCachedToken(query())).toBeUndefined()
    const warnings: string[] = []
    const cache = createTokenCache(machine.host, binding, (message) => warnings.push(message))
    expect(await cache.read()).toBeUndefined()
    expect(warnings).toMatchObject([expect.stringContaining('closed to others')])
    await cache.write(entry)
    expect((await stat(join(machine.cacheFile, '..'))).mode & 0o777).toBe(0o700)
    expect(readCachedToken(query())).toBeDefined()
  })

  it('in a directory that is a link', async () => {
    const tokens = join(machine.cacheFile, '..')
    await rename(tokens, `${tokens}-elsewhere`)
    await symlink(`${tokens}-elsewhere`, tokens)
    expect(readCachedToken(query())).toBeUndefined()
    expect(await createTokenCache(machine.host, binding, () => {}).read()).toBeUndefined()
  })

  it('a cache of another connection is not worth a word, and stays until it is replaced', async () => {
    const warnings: string[] = []
    const elsewhere = { ...binding, gateway: 'https://other.example' }
    const cache = createTokenCache(machine.host, elsewhere, (message) => warnings.push(message))
    expect(await cache.read()).toBeUndefined()
    expect(warnings).toEqual([])
  })
})

it('the built entry loads nothing but the file system', async () => {
  const built = fileURLToPath(import.meta.resolve('@gate/auth/cached-token'))
  const code = `
    const before = new Set(process.moduleLoadList)
    const { readCachedToken } = await import(${JSON.stringify(`file://${built}`)})
    readCachedToken({ configFile: '/nowhere', cacheDirectory: '/nowhere', profile: undefined, now: 0, uid: 0 })
    const after = process.moduleLoadList.filter((name) => !before.has(name))
    console.log(JSON.stringify(after.filter((name) => /NativeModule (http|https|tls|crypto|net|internal.deps.undici|child_process)/.test(name))))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code])
  expect(JSON.parse(stdout)).toEqual([])
})
