import { afterEach, beforeEach, expect, test } from 'vitest'
import { forgetClient, recallClient, rememberClient } from '../../src/setup/client-record.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { hostOn } from '../harness/session.js'
import { snapshot } from '../harness/snapshot.js'

const STATE = '.local/state/gate'

let machine: Machine
const host = () => hostOn(machine)

beforeEach(async () => {
  machine = await createMachine({ clients: [] })
})

afterEach(async () => {
  await machine.remove()
})

test('what is remembered is recalled, until it is forgotten without a trace', async () => {
  const record = { package: '@acme/gate-client-zed', loginWaitSeconds: 20 }
  await rememberClient(host(), 'zed', record)
  expect(await recallClient(host(), 'zed')).toEqual(record)
  await rememberClient(host(), 'zed', { package: 'gate-client-zed' })
  expect(await recallClient(host(), 'zed')).toEqual({ package: 'gate-client-zed' })
  await forgetClient(host(), 'zed')
  expect(await recallClient(host(), 'zed')).toEqual({})
  expect(await snapshot(machine.path(STATE, 'clients'))).toEqual({})
})

test('what a plugin keeps in the same directory stays', async () => {
  await rememberClient(host(), 'zed', { package: 'gate-client-zed' })
  await machine.write(`${STATE}/clients/zed/own.json`, '{}')
  await forgetClient(host(), 'zed')
  expect(Object.keys(await snapshot(machine.path(STATE, 'clients', 'zed')))).toEqual(['own.json'])
})

test.each([
  ['{"package":"a b","loginWaitSeconds":601}', {}],
  ['{"package":"--global","loginWaitSeconds":-1}', {}],
  ['{"package":["gate-client-zed"],"loginWaitSeconds":"60"}', {}],
  ['{"package":"gate-client-zed@1.0.0","loginWaitSeconds":0}', { loginWaitSeconds: 0 }],
  ['{', {}],
  ['null', {}],
])('of %s only what can be used is recalled', async (text, expected) => {
  await machine.write(`${STATE}/clients/zed/plugin.json`, text)
  expect(await recallClient(host(), 'zed')).toEqual(expected)
})

test('an id that is none leads nowhere', async () => {
  await machine.write(`${STATE}/outside/plugin.json`, '{"package":"gate-client-zed"}')
  await machine.write(`${STATE}/clients/zed/plugin.json`, '{}')
  expect(await recallClient(host(), '../outside')).toEqual({})
})
