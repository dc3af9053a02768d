import { Secret } from '@gate/core'
import { expect, it } from 'vitest'
import { createAuth, createAuthWith } from '../src/create-auth.js'
import { createKeychain } from '../src/secret-store/keychain.js'
import { createMachine, memoryKeychain } from './harness/machine.js'
import { codeOf } from './harness/suite.js'

const never = { interaction: 'never' } as const

async function withMachine(kind: 'api-key' | 'none', gatewayUrl = 'https://gateway.example') {
  const machine = await createMachine()
  const keychain = memoryKeychain()
  const authFor = (url: string) =>
    createAuthWith(
      machine.host,
      { profileName: 'default', profile: { gatewayUrl: url, auth: { kind } } },
      createKeychain(machine.host, { load: async () => keychain }),
    )
  return { machine, keychain, auth: authFor(gatewayUrl), authFor }
}

it('an API key is kept in the secret store and handed out as it is', async () => {
  const { machine, keychain, auth } = await withMachine('api-key')
  expect(await codeOf(auth.accessToken(never))).toBe('login-required')
  expect((await auth.state()).state).toBe('signed-out')
  await auth.storeApiKey(new Secret('sk-key-1\n'))
  expect([...keychain.entries.values()]).toEqual(['sk-key-1'])
  expect((await auth.accessToken(never)).token.reveal()).toBe('sk-key-1')
  expect(await auth.state()).toMatchObject({ kind: 'api-key', state: 'signed-in', secretStore: 'keychain' })
  expect(await auth.logout()).toEqual({ wasSignedIn: true, revocation: 'nothing-to-revoke' })
  expect(await auth.logout()).toEqual({ wasSignedIn: false, revocation: 'nothing-to-revoke' })
  expect(await codeOf(auth.accessToken(never))).toBe('login-required')
  await machine.remove()
})

it('S115 an API key is not handed out for another gateway', async () => {
  const { machine, auth, authFor } = await withMachine('api-key')
  await auth.storeApiKey(new Secret('sk-key-1'))
  expect(await codeOf(authFor('https://evil.example').accessToken(never))).toBe('login-required')
  await machine.remove()
})

it.each(['', '  ', 'two words', 'schlüssel', 'a\nb'])('the API key %j is refused', async (key) => {
  const { machine, keychain, auth } = await withMachine('api-key')
  expect(await codeOf(auth.storeApiKey(new Secret(key)))).toBe('token-invalid')
  expect(keychain.entries.size).toBe(0)
  await machine.remove()
})

it('without authentication there is no token, and that is an error with a name', async () => {
  const { machine, auth } = await withMachine('none')
  expect(await codeOf(auth.accessToken(never))).toBe('invalid-config')
  expect(await codeOf(auth.login({ method: 'browser', present: { show: () => {} } }))).toBe('invalid-config')
  expect((await auth.state()).state).toBe('not-needed')
  await machine.remove()
})

it('an API-key profile has nothing to log in to', async () => {
  const { machine, auth } = await withMachine('api-key')
  expect(await codeOf(auth.login({ method: 'browser', present: { show: () => {} } }))).toBe('invalid-config')
  await machine.remove()
})

it.each(['', ' ', ' \t\n'])('GATE_TOKEN=%j is none: neither reported nor handed out as an API key', async (given) => {
  const machine = await createMachine({ env: { GATE_TOKEN: given, GATE_SECRET_STORE: 'env' } })
  const profile = { gatewayUrl: 'https://gateway.example', auth: { kind: 'api-key' } } as const
  const auth = createAuth(machine.host, { profileName: 'default', profile })
  expect(await codeOf(auth.accessToken(never))).toBe('login-required')
  expect((await auth.state()).state).toBe('signed-out')
  machine.env.GATE_TOKEN = ' sk-key-1\n'
  expect((await auth.accessToken(never)).token.reveal()).toBe('sk-key-1')
  expect((await auth.state()).state).toBe('environment')
  await machine.remove()
})
