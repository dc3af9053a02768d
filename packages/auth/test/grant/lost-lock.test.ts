import { gatePaths } from '@gate/core'
import { beforeEach, expect, it } from 'vitest'
import { type Machine, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

const context = suite()
const never = { interaction: 'never' } as const

beforeEach(async () => {
  const { gateway, machine } = context
  await signIn(machine, gateway)
  await machine.expire()
  gateway.clearRequests()
})

/**
 * Lets a process sleep at its call number `at` to the keychain, before or after that is answered, for as long as another
 * one needs to take over its lock and to do something.
 */
function sleepAt(machine: Machine, at: { get?: number; set?: number }, meanwhile: () => Promise<unknown>): void {
  const { keychain, host } = machine
  const { getPassword, setPassword } = { ...keychain }
  const takeOver = async () => {
    Object.assign(keychain, { getPassword, setPassword })
    await host.fs.rm(gatePaths(host).secretLocks, { recursive: true, force: true })
    await meanwhile()
  }
  let gets = 0
  let sets = 0
  keychain.getPassword = async (...args) => {
    const answer = await getPassword(...args)
    if (++gets === at.get) await takeOver()
    return answer
  }
  keychain.setPassword = async (...args) => {
    if (++sets === at.set) await takeOver()
    await setPassword(...args)
  }
}

it('F17 A21 a helper that slept between reading the grant and asking does not ask with what another one has spent', async () => {
  const { gateway, machine } = context
  let other = ''
  sleepAt(machine, { get: 1 }, async () => {
    other = (await machine.auth(gateway).accessToken(never)).token.reveal()
  })
  const { token } = await machine.auth(gateway).accessToken(never)
  expect(token.reveal()).toBe(other)
  expect(gateway.counters.refreshRequests).toBe(1)
  // Had the spent one been sent, a strict issuer would have ended the sign-in.
  await machine.expire()
  await machine.auth(gateway).accessToken(never)
  expect(machine.warnings).toEqual([])
})

it('F17 A21 a helper whose refusal arrives after another one signed in anew does not delete that grant', async () => {
  const { gateway, machine } = context
  gateway.revokeEverything()
  let next = ''
  // Call 1 reads the grant, call 2 looks whether it is another one by now.
  sleepAt(machine, { get: 2 }, async () => {
    await signIn(machine, gateway)
    next = (await machine.cached()).token
  })
  expect((await machine.auth(gateway).accessToken(never)).token.reveal()).toBe(next)
  expect(machine.keychain.entries.size).toBe(1)
  expect((await machine.cached()).token).toBe(next)
})

it('F17 A22 a helper that slept while somebody signed out brings nothing back: no token, no grant, no record', async () => {
  const { gateway, machine } = context
  sleepAt(machine, { set: 1 }, () => machine.auth(gateway).logout())
  expect(await codeOf(machine.auth(gateway).accessToken(never))).toBe('login-required')
  await expect(machine.cached()).rejects.toMatchObject({ code: 'ENOENT' })
  expect((await machine.auth(gateway).state()).state).toBe('signed-out')
  const record = machine.host.path.join(machine.host.directories.state, 'sign-in', 'default.json')
  expect(JSON.parse(await machine.host.fs.readFile(record, 'utf8'))).toMatchObject({ logouts: 1 })
})

it('F17 a lock that is lost while the issuer answers: the rotated grant is kept, and the next request uses it', async () => {
  const { gateway, machine } = context
  sleepAt(machine, { set: 1 }, async () => {})
  await machine.auth(gateway).accessToken(never)
  expect(gateway.counters).toMatchObject({ refreshRequests: 2, logins: 0 })
})
