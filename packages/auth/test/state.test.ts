import { expect, it } from 'vitest'
import { hurriedClock, presenter, signIn } from './harness/machine.js'
import { suite } from './harness/suite.js'

const context = suite({}, () => ({ clock: hurriedClock() }))

it('nobody, somebody with a token, somebody with a grant only, nobody again', async () => {
  const { gateway, machine } = context
  const state = () => machine.auth(gateway).state()
  expect(await state()).toEqual({
    kind: 'oidc',
    state: 'signed-out',
    secretStore: 'keychain',
    secretStoreLocation: 'OS keychain',
    reasons: [],
  })
  await signIn(machine, gateway)
  const { expiresAt } = await machine.cached()
  expect(await state()).toMatchObject({ state: 'signed-in', renewable: true, expiresAt, reasons: [] })
  expect((await state()).account).toBeTruthy()
  await machine.expire()
  expect(await state()).toMatchObject({ state: 'signed-in', renewable: true })
  await machine.auth(gateway).logout()
  expect((await state()).state).toBe('signed-out')
})

it('asks neither the issuer nor, while a token is valid, the keychain', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  gateway.clearRequests()
  machine.keychain.calls.length = 0
  gateway.set({ rewriteDiscovery: () => 'never asked' })
  await machine.auth(gateway).state()
  expect(machine.keychain.calls).toEqual([])
  expect(gateway.counters.tokenRequests).toBe(0)
})

it('a login that waits in the browser is shown as pending, until it is over', async () => {
  const { gateway, machine } = context
  let url = ''
  const present = presenter((event) => {
    if (event.kind === 'print-url') url = event.url
  })
  const login = machine.auth(gateway).login({ method: 'print-url', present })
  while (url === '') await machine.host.clock.sleep(5)
  expect((await machine.auth(gateway).state()).state).toBe('login-pending')
  await expect(machine.auth(gateway).accessToken({ interaction: 'never' })).rejects.toMatchObject({
    code: 'login-pending',
  })
  await gateway.visit(url)
  await login
  expect((await machine.auth(gateway).state()).state).toBe('signed-in')
})

it('the encrypted file is named with its path', async () => {
  const { gateway, machine } = context
  machine.env.GATE_SECRET_STORE = 'file'
  const { secretStore, secretStoreLocation } = await machine.realStoreAuth(gateway).state()
  expect(secretStore).toBe('file')
  expect(secretStoreLocation).toBe(machine.host.path.join(machine.host.directories.config, 'secrets.enc'))
})

it('what was remembered of another connection is not told of this one', async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  const state = await machine.auth({ ...gateway, issuer: 'https://other.example' }).state()
  expect(state).toMatchObject({ state: 'signed-out' })
  expect(state.account).toBeUndefined()
  expect(state.expiresAt).toBeUndefined()
})
