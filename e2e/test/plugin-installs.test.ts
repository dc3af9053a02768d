import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { packDirectory } from '../harness/pack-workspace.ts'
import { GLOBAL_MANAGERS, installManagers, type ManagedHome } from '../harness/package-managers.ts'
import { type PackageRegistry, startPackageRegistry } from '../harness/package-registry.ts'
import type { Finished } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const PLUGIN = 'gate-client-example'
const SCOPED = '@acme/gate-client-example'
const CONFIG = 'home/.example/config.json'
// Formatted by hand, so that nothing but an exact undo gives it back.
const ORIGINAL = '{ "theme" : "dark",\n\t// mine\n\t"llm": {} }'

let gateway: DevGateway
let registry: PackageRegistry
let place: ThrowawayHome
let home: ManagedHome

interface Listed {
  readonly package: string
  readonly client: string
  readonly source: string
  readonly installedBy: string | null
  readonly apiVersion: number
  readonly directory: string
  readonly error: { readonly code: string } | null
}

beforeAll(async () => {
  gateway = await startDevGateway()
  place = await createHome({ gateway, clients: 'stub' })
  registry = await startPackageRegistry(place.root)
  home = await installManagers(place, registry)
  await place.write('bin/example', '#!/bin/sh\n', 0o755)
  await place.write(CONFIG, ORIGINAL)

  // A stranger writes a plugin, and publishes it under two names.
  for (const name of [PLUGIN, SCOPED]) {
    await mkdir(authorOf(name), { recursive: true })
    succeeded(await place.gate(['plugins', 'create', name], { cwd: authorOf(name) }))
    const directory = sourceOf(name)
    // The same dependencies, so the second one need not install them again.
    if (name === PLUGIN) succeeded(await home.run(['npm', 'install', '--no-audit'], { cwd: directory }))
    else await symlink(join(sourceOf(PLUGIN), 'node_modules'), join(directory, 'node_modules'))
    succeeded(await home.run(['npm', 'publish', '--access', 'public'], { cwd: directory }))
  }
  // The name fits, but it is no plugin.
  const other = join(place.root, 'gate-client-library')
  await mkdir(other)
  await writeFile(join(other, 'package.json'), '{"name":"gate-client-library","version":"1.0.0"}')
  registry.publish(await packDirectory(other))
}, 300_000)

afterAll(async () => {
  await registry?.stop()
  await gateway?.stop()
  await place?.remove()
})

const authorOf = (name: string) => join(place.root, 'authors', name)
const sourceOf = (name: string) => join(authorOf(name), PLUGIN)

function succeeded(finished: Finished): Finished {
  expect(finished.code, `${finished.stdout}\n${finished.stderr}`).toBe(0)
  return finished
}

/** One `gate` somewhere: every command of it, and what is expected on the way. */
function gateOf(run: (args: readonly string[]) => Promise<Finished>) {
  const answer = async <T>(...args: string[]) => JSON.parse(succeeded(await run([...args, '--json'])).stdout) as T
  const state = async () => {
    const { clients } = await answer<{ clients: { id: string; state: string; reasons: { code: string }[] }[] }>(
      'status',
      'example',
    )
    return clients[0]
  }
  return {
    run,
    answer,
    state,
    plugins: async () => (await answer<{ plugins: Listed[] }>('plugins', 'list')).plugins,
    async setup() {
      succeeded(await run(['setup', '--client', 'example', ...place.connection]))
      expect(await place.read(CONFIG)).toContain(gateway.url)
      expect(await state()).toMatchObject({ state: 'connected', reasons: [] })
    },
    /** The plugin was taken away while its client is configured. */
    async withoutPlugin() {
      expect(await state()).toMatchObject({ state: 'unknown', reasons: [{ code: 'plugin-missing' }] })
      expect(await answer('list')).toMatchObject({ clients: [{ id: 'example', configured: true, plugin: null }] })
      succeeded(await run(['teardown']))
      expect(await place.read(CONFIG)).toBe(ORIGINAL)
    },
  }
}

test('a plugin that gate has just written passes its tests', { timeout: 300_000 }, async () => {
  const directory = sourceOf(PLUGIN)
  const tested = succeeded(await home.run(['npm', 'test'], { cwd: directory }))
  expect(tested.stdout).toMatch(/Tests\s+\d+ passed/)
  const again = await place.gate(['plugins', 'create', PLUGIN], { cwd: join(directory, '..') })
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('exists already') })
})

describe.each(GLOBAL_MANAGERS)('$name, for the user', (manager) => {
  const directory = () => join(place.root, `installed by ${manager.name}`.replaceAll(' ', '-'))
  const env = () => manager.env(directory(), home.path)
  const gate = gateOf((args) => home.run([manager.gate(directory()), ...args], { env: env() }))

  test('a plugin beside gate is found, set up, shown, and undone after it is gone', async () => {
    await mkdir(directory())
    succeeded(await home.run(manager.add(directory(), '@gate/cli', PLUGIN), { env: env() }))
    expect(await gate.plugins()).toMatchObject([
      {
        package: PLUGIN,
        client: 'example',
        source: 'installed',
        installedBy: manager.name,
        apiVersion: 1,
        error: null,
      },
    ])
    await gate.setup()
    succeeded(await home.run(manager.remove(directory(), PLUGIN), { env: env() }))
    await gate.withoutPlugin()
  })

  test('gate adds and removes a plugin with the package manager that installed gate', async () => {
    const refused = await gate.run(['plugins', 'add', 'gate-client-library', '--json'])
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('plugin-invalid') })
    expect(await gate.plugins()).toEqual([])

    expect(await gate.answer('plugins', 'add', SCOPED)).toMatchObject({
      package: SCOPED,
      client: 'example',
      result: 'installed',
      installedBy: manager.name,
    })
    expect(await gate.plugins()).toMatchObject([{ package: SCOPED, installedBy: manager.name, error: null }])
    const second = await gate.run(['plugins', 'add', PLUGIN])
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`already served by ${SCOPED}`) })

    await gate.setup()
    const inUse = await gate.run(['plugins', 'remove', SCOPED])
    expect(inUse).toMatchObject({ code: 2, stderr: expect.stringContaining('--teardown') })
    expect(await gate.state()).toMatchObject({ state: 'connected' })
    succeeded(await gate.run(['plugins', 'remove', SCOPED, '--teardown']))
    expect(await place.read(CONFIG)).toBe(ORIGINAL)
    expect(await gate.plugins()).toEqual([])
  })
})

test('npx: plugins are those of the same line, and none can be added', async () => {
  const npx = (...packages: string[]) =>
    gateOf((args) => home.run(['npx', '--yes', ...packages.flatMap((name) => ['-p', name]), 'gate', ...args]))
  const gate = npx('@gate/cli', PLUGIN)
  expect(await gate.plugins()).toMatchObject([{ package: PLUGIN, client: 'example', installedBy: null, error: null }])
  await gate.setup()
  const refused = await gate.run(['plugins', 'add', SCOPED])
  expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('npx -p @gate/cli -p') })
  await npx('@gate/cli').withoutPlugin()
})

test.each([
  ['npm', ['npm', 'install', '--save-dev']],
  ['pnpm', ['pnpm', 'add', '--save-dev']],
])('a dependency of a project of %s', async (manager, add) => {
  const project = join(place.root, `project-of-${manager}`)
  await mkdir(project)
  await writeFile(join(project, 'package.json'), '{"name":"project","private":true}')
  const run = (words: readonly string[]) => home.run(words, { cwd: project })
  const gate = gateOf((args) => run(['node_modules/.bin/gate', ...args]))
  // pnpm ends with an error after installing, when it has left a build script out that nobody has decided on.
  await run([...add, '@gate/cli', PLUGIN])
  expect(await gate.plugins()).toMatchObject([{ package: PLUGIN, source: 'installed', installedBy: manager }])
  await gate.setup()
  succeeded(await gate.run(['plugins', 'remove', PLUGIN, '--teardown']))
  expect(await place.read(CONFIG)).toBe(ORIGINAL)
  expect(await readFile(join(project, 'package.json'), 'utf8')).not.toContain(PLUGIN)
})

test('a directory', async () => {
  const directory = sourceOf(PLUGIN)
  const gate = gateOf((args) => place.gate(args))
  expect(await gate.answer('plugins', 'add', directory)).toMatchObject({ result: 'recorded', directory })
  expect(await gate.plugins()).toContainEqual(
    expect.objectContaining({ package: PLUGIN, source: 'config', directory, error: null }),
  )
  await gate.setup()
  succeeded(await gate.run(['plugins', 'remove', directory, '--teardown']))
  expect(await place.read(CONFIG)).toBe(ORIGINAL)
  expect((await gate.plugins()).map((plugin) => plugin.package)).not.toContain(PLUGIN)
})

test('what is refused leaves nothing behind', async () => {
  const manager = GLOBAL_MANAGERS[0]
  const directory = join(place.root, 'refusals')
  await mkdir(directory)
  if (manager === undefined) throw new Error('npm is the first')
  const env = manager.env(directory, home.path)
  const gate = (...args: string[]) => home.run([manager.gate(directory), ...args], { env })
  succeeded(await home.run(manager.add(directory, '@gate/cli'), { env }))
  const before = [await snapshot(directory), await snapshot(place.home)]
  for (const name of [
    'gate-client-library',
    'gate-client-not-published-anywhere',
    'left-pad',
    'codex',
    '--prefix=/tmp',
    'gate-client-x;touch x',
    'gate-client-x@file:/tmp',
    'https://example.com/gate-client-x.git',
    '/nowhere/gate-client-x.tgz',
    place.work,
  ]) {
    const refused = await gate('plugins', 'add', name)
    expect(refused.code, name).not.toBe(0)
    expect(refused.stderr, name).toContain('Error:')
  }
  const after = [await snapshot(directory), await snapshot(place.home)]
  const changes = before.flatMap((old, index) => differences(old, after[index] ?? new Map()))
  // Node keeps compiled code whenever it likes.
  expect(changes.filter((change) => !change.includes('.cache/gate/compile'))).toEqual([])
  // A tarball has its name inside.
  const { tarball } = await packDirectory(sourceOf(SCOPED))
  const file = await place.write('downloads/plugin.tgz', '')
  await writeFile(file, tarball)
  await chmod(file, 0o444)
  const added = JSON.parse(succeeded(await gate('plugins', 'add', file, '--json')).stdout) as Listed
  expect(added).toMatchObject({ package: SCOPED, installedBy: 'npm' })
})
