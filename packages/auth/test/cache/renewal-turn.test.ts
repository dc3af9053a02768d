import { existsSync } from 'node:fs'
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gatePaths } from '@gate/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CacheEntry, formatCacheEntry } from '../../src/cache/cache-entry.js'
import { awaitRenewalTurn } from '../../src/cache/cached-token.js'
import { createMachine, type Machine } from '../harness/machine.js'

const binding = {
  profile: 'default',
  gateway: 'https://gateway.example',
  issuer: 'https://issuer.example',
  clientId: 'gate',
  audience: '',
  scopes: ['openid', 'offline_access'],
}
const auth = { kind: 'oidc', issuer: binding.issuer, clientId: binding.clientId }
const config = { version: 1, activeProfile: 'default', profiles: { default: { gatewayUrl: binding.gateway, auth } } }

let machine: Machine
let claim: string
beforeEach(async () => {
  machine = await createMachine()
  await mkdir(machine.host.directories.config, { recursive: true })
  await writeFile(gatePaths(machine.host).config, JSON.stringify(config))
  await mkdir(join(machine.cacheFile, '..'), { recursive: true, mode: 0o700 })
  claim = join(machine.cacheFile, '..', 'default.renewing')
  await put('old', -1_000)
})
afterEach(() => machine.remove())

/** Writes a token that is valid for so many milliseconds from now on. */
async function put(token: string, ms: number): Promise<void> {
  const now = Date.now()
  const entry: CacheEntry = { binding, token, issuedAt: now - 60_000, refreshAt: now + ms, expiresAt: now + ms }
  await writeFile(machine.cacheFile, formatCacheEntry(entry), { mode: 0o600 })
}

const turn = () =>
  awaitRenewalTurn({
    configFile: gatePaths(machine.host).config,
    cacheDirectory: machine.host.directories.cache,
    profile: undefined,
    uid: machine.host.process.uid,
  })

it('the first one renews, and the others get its token without a turn of theirs', async () => {
  const first = await turn()
  expect(first.answer).toBeUndefined()
  expect(await readFile(claim, 'utf8')).toBe(String(process.pid))
  const others = [turn(), turn(), turn()]
  await put('new', 60_000)
  first.done()
  for (const { answer } of await Promise.all(others)) expect(answer).toMatchObject({ token: 'new', profile: 'default' })
  expect(existsSync(claim)).toBe(false)
})

it('when the first one fails, all others go on at once', async () => {
  const first = await turn()
  const others = [turn(), turn()]
  first.done()
  for (const { answer, done } of await Promise.all(others)) {
    expect(answer).toBeUndefined()
    done()
  }
  expect(existsSync(claim)).toBe(false)
})

it.each([
  ['of a process that has ended', '999999999', 0],
  ['that is no process id', 'x', 0],
  ['that is older than any renewal takes', String(process.pid), 60_000],
])('a claim %s is taken over', async (_name, content, age) => {
  await writeFile(claim, content)
  const at = new Date(Date.now() - age)
  await utimes(claim, at, at)
  const { answer, done } = await turn()
  expect(answer).toBeUndefined()
  expect(await readFile(claim, 'utf8')).toBe(String(process.pid))
  done()
  expect(existsSync(claim)).toBe(false)
})

it('who is done takes away no claim of another process', async () => {
  const { done } = await turn()
  await writeFile(claim, '1')
  done()
  expect(await readFile(claim, 'utf8')).toBe('1')
})

it('without a token to renew nothing is claimed', async () => {
  await writeFile(machine.cacheFile, 'no token', { mode: 0o600 })
  expect((await turn()).answer).toBeUndefined()
  expect(existsSync(claim)).toBe(false)
})
