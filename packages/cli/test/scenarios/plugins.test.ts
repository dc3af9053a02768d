import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { installPlugin, pluginModule } from '../../../sdk/test/harness/foreign-plugin.js'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { createMachine, errorOf, json, type Machine } from '../harness/machine.js'

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

beforeEach(async () => {
  machine = await createMachine({ gateway, clients: [] })
})

afterEach(async () => {
  await machine.remove()
})

const inHome = (...args: string[]) => machine.gateWith({ cwd: machine.home }, ...args)
const manifestOf = async (directory: string) =>
  JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as Record<string, Record<string, unknown>>

test.each([
  ['my-tool', 'gate-client-my-tool', 'my-tool', 'My Tool'],
  ['gate-client-my-tool', 'gate-client-my-tool', 'my-tool', 'My Tool'],
  ['@acme/gate-client-zed', '@acme/gate-client-zed', 'zed', 'Zed'],
  ['@acme/gate-client', '@acme/gate-client', 'acme', 'Acme'],
])('create %s writes the package of that client', async (given, name, id, displayName) => {
  const created = json<{ directory: string; files: string[] }>(await inHome('plugins', 'create', given, '--json'))
  expect(created).toMatchObject({
    package: name,
    client: id,
    directory: join(machine.home, name.split('/').at(-1) ?? ''),
  })
  const texts = await Promise.all(created.files.map((file) => readFile(join(created.directory, file), 'utf8')))
  expect(texts.join('\n')).not.toMatch(/\bexample\b/i)
  expect(texts.join('\n')).toContain(`displayName: '${displayName}'`)
  expect(created.files).toEqual(
    expect.arrayContaining(['.changeset/config.json', '.gitignore', 'README.md', 'package.json', 'tsconfig.json']),
  )
  expect(await manifestOf(created.directory)).toMatchObject({ name, gate: { id, apiVersion: 1 } })
})

test('a new plugin is written against the packages and tools of this release', async () => {
  const { directory } = json<{ directory: string }>(await inHome('plugins', 'create', 'one', '--json'))
  const { devDependencies = {}, peerDependencies } = await manifestOf(directory)
  const packages = new URL('../../../', import.meta.url)
  const { version } = JSON.parse(await readFile(new URL('core/package.json', packages), 'utf8')) as { version: string }
  expect(peerDependencies).toEqual({ '@gate/core': `^${version}` })
  expect(devDependencies['@gate/core']).toBe(`^${version}`)
  const root = JSON.parse(await readFile(new URL('../package.json', packages), 'utf8')) as {
    devDependencies: Record<string, string>
  }
  for (const [name, range] of Object.entries(devDependencies)) {
    if (!name.startsWith('@gate/')) expect(range, name).toBe(root.devDependencies[name])
  }
})

test.each(['Upper', 'with space', '../up', 'a/b', '-dash', '', 'x'.repeat(65), '@acme/other', 'dot.dot', 'one@1.0.0'])(
  'create %j is refused and writes nothing',
  async (name) => {
    const before = await snapshot(machine.home)
    const refused = await inHome('plugins', 'create', '--json', '--', name)
    expect(refused.code).toBe(2)
    expect(await snapshot(machine.home)).toEqual(before)
  },
)

test('create leaves a directory alone that exists', async () => {
  await mkdir(machine.path('gate-client-one'))
  const refused = await inHome('plugins', 'create', 'one', '--json')
  expect(refused.code).toBe(2)
  expect(errorOf(refused)).toMatchObject({ code: 'invalid-argument', file: machine.path('gate-client-one') })
  expect(await snapshot(machine.path('gate-client-one'))).toEqual({})
})

test('a directory is recorded once, and forgotten again', async () => {
  const directory = await installPlugin(machine.home, 'one', pluginModule('one'))
  for (let round = 0; round < 2; round++) {
    expect(json(await inHome('plugins', 'add', './gate-client-one', '--json'))).toMatchObject({
      package: 'gate-client-one',
      client: 'one',
      displayName: 'Foreign one',
      directory,
      result: 'recorded',
    })
  }
  expect((await machine.gate('config', 'get', 'plugins')).stdout).toBe(`${directory}\n`)
  expect(json(await machine.gate('plugins', 'remove', directory, '--json'))).toMatchObject({
    package: 'gate-client-one',
    result: 'forgotten',
    stillAt: null,
    teardown: null,
  })
  expect((await machine.gate('config', 'get', 'plugins')).code).toBe(1)
})

test.each([
  ['a directory that is no plugin', '.', 'plugin-invalid', 1],
  ['a plugin that does not load', './gate-client-thrower', 'plugin-failed', 1],
  ['a plugin for another contract', './gate-client-newer', 'plugin-invalid', 1],
  ['a path that does not exist', './nothing', 'invalid-argument', 2],
  ['a name that is none of a plugin', 'left-pad', 'invalid-argument', 2],
  ['an option', '--global', 'invalid-argument', 2],
  ['a range', 'gate-client-one@^1.0.0', 'invalid-argument', 2],
])('add refuses %s', async (_, given, code, exit) => {
  await installPlugin(machine.home, 'thrower', 'throw new Error("cannot start today")\n')
  await installPlugin(machine.home, 'newer', pluginModule('newer'), { apiVersion: 2 })
  const before = await snapshot(machine.home)
  const refused = await inHome('plugins', 'add', '--json', '--', given)
  expect(errorOf(refused)).toMatchObject({ code })
  expect(refused.code).toBe(exit)
  expect(await snapshot(machine.home)).toEqual(before)
})

test('add says that a checkout has no package manager, and what to do instead', async () => {
  const refused = await machine.gate('plugins', 'add', 'gate-client-one', '--json')
  expect(refused.code).toBe(2)
  expect(errorOf(refused)).toMatchObject({
    code: 'package-manager-unknown',
    fix: expect.stringContaining('gate plugins add DIRECTORY'),
  })
})

test('add names the package of ours for a client id', async () => {
  const refused = await machine.gate('plugins', 'add', 'opencode', '--json')
  expect(errorOf(refused)).toMatchObject({ fix: 'gate plugins add @gate/client-opencode' })
})

test('remove knows only what is installed', async () => {
  expect(errorOf(await machine.gate('plugins', 'remove', 'gate-client-one', '--json'))).toMatchObject({
    code: 'invalid-argument',
    fix: 'gate plugins list',
  })
})

test('"plugins list" works with a configuration that does not', async () => {
  await machine.write('.config/gate/config.json', '{')
  expect((await machine.gate('plugins', 'list')).stdout).toContain('@gate/client-codex')
})
