import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { differences, type Snapshot, snapshot } from '../harness/home-snapshot.ts'
import { addPi } from '../harness/pi.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const CLIENTS = ['claude-code', 'claude-desktop', 'codex', 'opencode', 'pi']

let gateway: DevGateway
let home: ThrowawayHome
let before: Snapshot

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway?.stop()
})

beforeEach(async () => {
  home = await createHome({ gateway, clients: 'stub' })
  await home.write('bin/claude-desktop', '#!/bin/sh\nexit 0\n', 0o755)
  await home.write('home/.codex/config.toml', '# mine\nmodel = "gpt-5.2"\n', 0o600)
  await home.write('home/.claude/settings.json', '{\n\t"model": "sonnet"\n}', 0o640)
  await home.write('home/.pi/agent/settings.json', '{ "theme": "dark" }\n')
  before = await snapshot(home.home)
  await addPi(home)
})

afterEach(async () => {
  await home?.remove()
})

const results = (stdout: string) => {
  const { clients } = JSON.parse(stdout) as { clients: { id: string; result: string }[] }
  return Object.fromEntries(clients.map(({ id, result }) => [id, result]))
}

it('one setup configures all five clients, and one teardown gives everything back', async () => {
  const setup = await home.gate(['setup', ...home.connection, '--json'])
  expect(setup, setup.stderr).toMatchObject({ code: 0 })
  expect(results(setup.stdout)).toEqual(Object.fromEntries(CLIENTS.map((id) => [id, 'configured'])))
  expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })

  const status = await home.gate(['status', '--json'])
  const { clients } = JSON.parse(status.stdout) as { clients: { id: string; state: string }[] }
  expect(clients.map(({ id, state }) => [id, state])).toEqual(CLIENTS.map((id) => [id, 'connected']))

  expect(await home.gate(['teardown', '--all', '--purge'])).toMatchObject({ code: 0 })
  expect(differences(before, await snapshot(home.home))).toEqual([])
})

it.each([
  ['codex', 'home/.codex/config.toml', 'model = "x\n'],
  ['claude-code', 'home/.claude/settings.json', '{ "model": }\n'],
  ['claude-desktop', 'home/.config/Claude-3p/configLibrary/_meta.json', '{ "entries": {} \n'],
  ['opencode', 'home/.config/opencode/opencode.jsonc', '{ "model": \n'],
  ['pi', 'home/.pi/agent/models.json', '{ "providers": [ }\n'],
])('a corrupt file of %s leaves four done, exit code 4, and itself untouched', async (broken, file, text) => {
  await home.write(file, text)
  const setup = await home.gate(['setup', ...home.connection, '--json'])
  expect(setup.code, setup.stderr).toBe(4)
  const expected = CLIENTS.map((id) => [id, id === broken ? 'failed' : 'configured'])
  expect(results(setup.stdout)).toEqual(Object.fromEntries(expected))
  expect(await home.read(file)).toBe(text)
  const failed = JSON.parse(setup.stdout).clients.find(({ id }: { id: string }) => id === broken)
  expect(failed.error).toMatchObject({
    code: 'file-unparsable',
    file: expect.stringContaining(home.home),
    fix: expect.any(String),
  })
})
