import { execFile } from 'node:child_process'
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gatePaths } from '@gate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bindingOf } from '../../src/binding.js'
import { askedMarkName } from '../../src/cache/asked-mark.js'
import { markAsked } from '../../src/cache/cached-token.js'
import { lastAsked } from '../../src/cache/last-asked.js'
import { parseCacheEntry } from '../../src/cache/parse-cache-entry.js'
import { createTokenCache } from '../../src/cache/token-cache.js'
import { writeShim } from '../../src/shim/shim.js'
import { createMachine, type Machine } from '../harness/machine.js'

const GATEWAY = 'https://llm.example.com'
const TOKEN = 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl-_~+/=='
const auth = { kind: 'oidc', issuer: 'https://login.example.com', clientId: 'gate', scopes: ['openid'] } as const

let machine: Machine
let shim: string
let tokens: string
beforeEach(async () => {
  machine = await createMachine()
  const { config } = gatePaths(machine.host)
  tokens = gatePaths(machine.host).tokens
  await mkdir(dirname(config), { recursive: true })
  const profiles = { default: { gatewayUrl: GATEWAY, auth } }
  await writeFile(config, `${JSON.stringify({ version: 1, activeProfile: 'default', profiles }, null, 2)}\n`)
  const node = join(machine.home, 'node')
  await writeFile(node, '#!/bin/sh\necho started\n', { mode: 0o755 })
  shim = (await writeShim(machine.host, { profile: 'default', gatewayUrl: GATEWAY, node, script: node })).command
  const now = Date.now()
  const entry = { token: TOKEN, issuedAt: now, refreshAt: now + 240_000, expiresAt: now + 300_000 }
  await createTokenCache(machine.host, bindingOf('default', GATEWAY, auth), () => {}).write({
    binding: bindingOf('default', GATEWAY, auth),
    ...entry,
  })
})
afterEach(async () => {
  await chmod(tokens, 0o700)
  await machine.remove()
})

const run = (args: readonly string[], env: Record<string, string> = {}, shell = '/bin/sh') =>
  promisify(execFile)(shell, [shim, ...args], { env: { PATH: '/usr/bin:/bin', ...env } })
const SERVED = { stdout: `${TOKEN}\n`, stderr: '' }
const marks = async () => (await readdir(tokens)).filter((name) => name.includes('@'))

describe('A.4 the shim leaves a sign of life of the client that it gives a token', () => {
  it.each(['/bin/dash', '/bin/bash'])('each call moves the time, and holds nothing (%s)', async (shell) => {
    expect(await lastAsked(machine.host, 'default', 'codex')).toBeUndefined()
    expect(await run(['--client', 'codex'], {}, shell)).toEqual(SERVED)
    const mark = join(tokens, 'default@codex')
    expect(await lstat(mark)).toMatchObject({ size: 0 })
    expect((await lstat(mark)).mode & 0o777).toBe(0o600)
    await utimes(mark, 1000, 1000)
    expect(await lastAsked(machine.host, 'default', 'codex')).toBe(1_000_000)
    const before = Date.now() - 2_000
    expect(await run(['--client', 'codex'], {}, shell)).toEqual(SERVED)
    expect(await lastAsked(machine.host, 'default', 'codex')).toBeGreaterThan(before)
    expect(await lastAsked(machine.host, 'default', 'claude-code')).toBeUndefined()
    expect(await lastAsked(machine.host, 'other', 'codex')).toBeUndefined()
  })

  it('Claude Desktop tells itself by a variable, and nobody else is anybody', async () => {
    expect(await run([])).toEqual(SERVED)
    expect(await marks()).toEqual([])
    expect(await run([], { CLAUDE_HELPER_CONTEXT: 'background' })).toEqual(SERVED)
    expect(await marks()).toEqual(['default@claude-desktop'])
  })

  it.each(['', '../x', '/etc/x', 'a b', 'A', 'ü', '*', '$(id)', '`id`', 'x'.repeat(300), 'a\nb', '-', '.', '..'])(
    'what is no id of a client costs nothing: %j',
    async (id) => {
      expect(await run(['--client', id])).toEqual(SERVED)
      expect((await marks()).filter((name) => name !== 'default@-')).toEqual([])
    },
  )

  it('the token is out whatever stands in the way, and no link is followed', async () => {
    const mark = join(tokens, 'default@codex')
    const elsewhere = join(machine.home, 'elsewhere')
    await writeFile(elsewhere, 'mine')
    const ways: (() => Promise<unknown>)[] = [
      () => symlink(elsewhere, mark),
      () => symlink(join(machine.home, 'nowhere'), mark),
      () => mkdir(mark),
      () => promisify(execFile)('mkfifo', [mark]),
      () => writeFile(mark, 'x', { mode: 0o000 }),
    ]
    for (const way of ways) {
      await way()
      expect(await run(['--client', 'codex'])).toEqual(SERVED)
      markAsked({ directory: tokens, profile: 'default', clientId: 'codex' })
      await rm(mark, { recursive: true, force: true })
    }
    expect(await readFile(elsewhere, 'utf8')).toBe('mine')
    expect(await readdir(machine.home)).not.toContain('nowhere')
    await chmod(tokens, 0o500)
    expect(await run(['--client', 'codex'])).toEqual(SERVED)
    const limited = ['-c', 'umask 777; ulimit -f 0; exec "$0" "$@"', shim, '--client', 'codex']
    expect(await promisify(execFile)('/bin/sh', limited, { env: { PATH: '/usr/bin:/bin' } })).toEqual(SERVED)
  })

  it('the token command leaves the same', async () => {
    const codex = { directory: tokens, profile: 'default', clientId: 'codex' }
    markAsked(codex)
    expect(await lstat(join(tokens, 'default@codex'))).toMatchObject({ size: 0 })
    for (const clientId of [undefined, '', '../x', 'A', 'x'.repeat(65)]) markAsked({ ...codex, clientId })
    markAsked({ ...codex, directory: join(machine.home, 'absent') })
    expect(await marks()).toEqual(['default@codex'])
    expect(askedMarkName('p', 'a-1')).toBe('p@a-1')
  })
})

it('functions that bash exports do not come before the commands of the shim', async () => {
  const evil = '() { builtin echo EVIL; }'
  const names = [
    'cd',
    'printf',
    'read',
    'echo',
    'command',
    'test',
    '[',
    'umask',
    'ls',
    'date',
    'unset',
    'exit',
    'set',
    'return',
  ]
  const env = Object.fromEntries(names.map((name) => [`BASH_FUNC_${name}%%`, evil]))
  const asSh = join(machine.home, 'sh')
  await symlink('/bin/bash', asSh)
  for (const shell of [asSh, '/bin/bash']) {
    const exported = shell === asSh ? env : Object.fromEntries(Object.entries(env).slice(0, 8))
    expect(await run(['--client', 'codex'], exported, shell), shell).toEqual(SERVED)
  }
})

it('a token that cannot be written is told', async () => {
  const line = ['-c', 'exec "$0" >/dev/full', shim]
  const failed = await promisify(execFile)('/bin/sh', line, { env: { PATH: '/usr/bin:/bin' } }).catch((error) => error)
  expect(failed).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^gate: the token could not be written/),
  })
})

it('no flipped bit of the cache file makes another token', async () => {
  const file = join(tokens, 'default.json')
  const good = await readFile(file)
  fc.assert(
    fc.property(fc.nat({ max: good.length * 8 - 1 }), (bit) => {
      const bad = Buffer.from(good)
      bad[bit >> 3] = (bad[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect([undefined, TOKEN]).toContain(parseCacheEntry(bad.toString('utf8'), 'default')?.token)
    }),
    { numRuns: 2000 },
  )
  const start = good.indexOf('"token"')
  for (let flip = 0; flip < 60; flip++) {
    const bad = Buffer.from(good)
    const at = start + Math.floor((flip * TOKEN.length * 2.4) / 60)
    bad[at] = (bad[at] ?? 0) ^ (1 << (flip % 7))
    await writeFile(file, bad, { mode: 0o600 })
    const { stdout } = await run([])
    expect(['started\n', `${TOKEN}\n`]).toContain(stdout)
  }
})
