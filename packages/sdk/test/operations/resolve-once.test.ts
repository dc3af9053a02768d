import * as fs from 'node:fs/promises'
import { type ClientPlugin, defineClient, type HostFileSystem } from '@gate/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Gate, openGate } from '../../src/index.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { type ScriptedGateway, startScripted } from '../harness/scripted-gateway.js'
import { connectionTo, hostOn } from '../harness/session.js'

let machine: Machine
let gateway: ScriptedGateway
let looks: string[]
let writes: string[]
let gate: Gate

/** A client with a file of its own that counts how often somebody looks for it, and that can be asked. */
function counting(id: string): ClientPlugin {
  return defineClient({
    id,
    displayName: id,
    async detect() {
      looks.push(id)
      return { installed: true, evidence: [] }
    },
    plan: (host, { gatewayUrl, helper }) => ({
      clientId: id,
      edits: ['url', 'helper'].map((key) => ({
        kind: 'json',
        dialect: 'jsonc',
        file: host.path.join(host.home, `${id}.json`),
        path: [key],
        value: key === 'url' ? gatewayUrl : helper.command,
      })),
    }),
    ask: async () => ({ kind: 'confirms', program: id }),
    situation: async () => ({ files: [], variables: [] }),
  })
}

beforeEach(async () => {
  machine = await createMachine({ clients: [] })
  gateway = await startScripted(() => 401)
  looks = []
  writes = []
  const files: HostFileSystem = {
    ...fs,
    rename: async (from, to) => {
      writes.push(String(to))
      return fs.rename(from, to)
    },
  }
  gate = openGate({ host: hostOn(machine, files), clients: [counting('one'), counting('two')] })
})

afterEach(async () => {
  await gateway.stop()
  await machine.remove()
})

const helpers = () => writes.filter((path) => path.includes('gate-token'))

test('a command looks once for each client, whatever it does with it, and writes the helper once', async () => {
  const options = { changes: connectionTo(gateway), lazy: true, clients: ['one', 'two'] }
  const { clients } = await gate.setup(options)
  expect(clients.map(({ result, confirmedBy }) => [result, confirmedBy?.program])).toEqual([
    ['configured', 'one'],
    ['configured', 'two'],
  ])
  expect(looks.sort()).toEqual(['one', 'two'])
  expect(helpers()).toHaveLength(1)

  looks = []
  writes = []
  expect((await gate.setup(options)).clients.map(({ result }) => result)).toEqual(['unchanged', 'unchanged'])
  expect(looks.sort()).toEqual(['one', 'two'])
  expect(helpers()).toEqual([])

  looks = []
  await gate.status({ clients: ['one', 'two'] })
  expect(looks.sort()).toEqual(['one', 'two'])
  looks = []
  await gate.doctor()
  expect(looks.filter((id) => id === 'one')).toHaveLength(1)
})
