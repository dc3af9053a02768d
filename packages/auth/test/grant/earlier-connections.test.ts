import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Secret } from '@gate/core'
import { expect, it } from 'vitest'
import { storedSecrets } from '../../src/grant/stored-secrets.js'
import { type Machine, signIn, signInWithFile } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite()
const never = { interaction: 'never' } as const
const moved = () => ({ ...context.gateway, url: `${context.gateway.url}/moved` })
const recordFile = (machine: Machine) => join(machine.host.directories.state, 'sign-in', 'default.json')

async function isDead(grant: string): Promise<boolean> {
  const { issuer, clientId } = context.gateway
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: grant, client_id: clientId })
  return !(await fetch(`${issuer}/token`, { method: 'POST', body })).ok
}

it('a logout after the gateway was changed deletes and revokes what the old one left', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const [grant = ''] = machine.keychain.entries.values()
  expect(await machine.auth(moved()).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
  expect(machine.keychain.entries.size).toBe(0)
  expect(await isDead(grant)).toBe(true)
  // Changing it back gives no token without a login.
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
  expect(await storedSecrets(machine.host)).toEqual([])
})

it.each([
  ['audience', { audience: 'other' }],
  ['scopes', { scopes: ['openid', 'email'] }],
])('so it does after a login with another %s', async (_what, profile) => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await signIn(machine, gateway, { profile })
  expect(machine.keychain.entries.size).toBe(2)
  const grants = [...machine.keychain.entries.values()]
  expect(await machine.auth(gateway, { profile }).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
  expect(machine.keychain.entries.size).toBe(0)
  expect(await Promise.all(grants.map(isDead))).toEqual([true, true])
})

it('what was noted by gate before it kept a list is known, also after the next login', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const { secrets: _list, ...old } = JSON.parse(await readFile(recordFile(machine), 'utf8'))
  await writeFile(recordFile(machine), JSON.stringify(old), { mode: 0o600 })
  expect((await storedSecrets(machine.host)).map(({ profile }) => profile)).toContain('default')
  await signIn(machine, gateway, { profile: { audience: 'other' } })
  await machine.auth(gateway, { profile: { audience: 'other' } }).logout()
  expect(machine.keychain.entries.size).toBe(0)
})

it('after the store was changed, the grant in the old one goes, too', async () => {
  const { gateway, machine } = context
  await signInWithFile(context)
  await signIn(machine, gateway)
  expect(await machine.auth(gateway).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
  expect(machine.keychain.entries.size).toBe(0)
  machine.env.GATE_SECRET_STORE = 'file'
  expect(await machine.realStoreAuth(gateway).logout()).toMatchObject({ wasSignedIn: false })
  expect(gateway.counters.revocationRequests).toBeGreaterThanOrEqual(2)
})

it('an old store that cannot be opened is named, and asked again by the next logout', async () => {
  const { gateway, machine } = context
  await signInWithFile(context)
  await signIn(machine, gateway)
  const { GATE_SECRET_STORE_PASSPHRASE: passphrase } = machine.env
  machine.env.GATE_SECRET_STORE_PASSPHRASE = 'wrong'
  await expect(machine.auth(gateway).logout()).rejects.toMatchObject({
    code: 'secret-store-locked',
    message: expect.stringMatching(/^An earlier sign-in .* was not deleted: /),
  })
  expect(machine.keychain.entries.size).toBe(0)
  machine.env.GATE_SECRET_STORE_PASSPHRASE = passphrase
  expect(await machine.auth(gateway).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
})

it('an API key for another gateway goes with the logout, and so does a grant from before there was a key', async () => {
  const { gateway, machine } = context
  const profile = { kind: 'api-key' } as never
  await signIn(machine, gateway)
  await machine.auth(gateway, { profile }).storeApiKey(new Secret('sk-1'))
  await machine.auth(moved(), { profile }).storeApiKey(new Secret('sk-2'))
  expect(machine.keychain.entries.size).toBe(3)
  expect(await machine.auth(moved(), { profile }).logout()).toEqual({ wasSignedIn: true, revocation: 'revoked' })
  expect(machine.keychain.entries.size).toBe(0)
  await expect(machine.cached()).rejects.toMatchObject({ code: 'ENOENT' })
})

it('what another installation noted in a shared state directory stays its own', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const text = await readFile(recordFile(machine), 'utf8')
  const foreign = text.replaceAll(machine.host.directories.config, '/other/config')
  await writeFile(recordFile(machine), foreign, { mode: 0o600 })
  expect(await machine.auth(moved()).logout()).toMatchObject({ revocation: 'nothing-to-revoke' })
  expect(machine.keychain.entries.size).toBe(1)
  expect(await readFile(recordFile(machine), 'utf8')).toContain('/other/config')
})
