import { mkdir, readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { type PackedPackage, packWorkspace, tarballFile, tarballFiles } from '../harness/pack-workspace.ts'
import { GLOBAL_MANAGERS, installManagers, type ManagedHome } from '../harness/package-managers.ts'
import { type PackageRegistry, startPackageRegistry } from '../harness/package-registry.ts'
import type { Finished } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const packages = await packWorkspace()
const named = (name: string): PackedPackage => {
  const found = packages.find(({ manifest }) => manifest.name === name)
  if (!found) throw new Error(`${name} was not packed`)
  return found
}

describe.each(packages.map((packed) => ({ name: packed.manifest.name, packed })))(
  '$name as published',
  ({ packed }) => {
    test('holds what is built, its licence and its page, and nothing else', async () => {
      const files = await tarballFiles(packed)
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']))
      const { name } = packed.manifest
      const expected =
        name === '@gate/cli'
          ? /^(?:bin\/run\.js|oclif\.manifest\.json|template\/.+|THIRD-PARTY-NOTICES|dist\/.+\.(?:c?js|d\.ts)|LICENSE|README\.md|package\.json)$/
          : name === '@gate/sdk'
            ? /^(?:template\/.+|dist\/.+\.(?:js|d\.ts)|LICENSE|README\.md|package\.json)$/
            : /^(?:dist\/.+\.(?:js|d\.ts)|LICENSE|README\.md|package\.json)$/
      expect(files.filter((file) => !expected.test(file))).toEqual([])
    })

    test('depends on versions that the registry can answer for', () => {
      const { dependencies, optionalDependencies, peerDependencies } = packed.manifest as {
        [field: string]: Record<string, string> | undefined
      }
      const ranges = Object.entries({ ...dependencies, ...optionalDependencies, ...peerDependencies })
      expect(ranges.filter(([, range]) => !/^(?:[\^~]|>=)?\d|^npm:@?[^@]+@\^\d/.test(range))).toEqual([])
      expect(packed.manifest).toMatchObject({ license: 'MIT', type: 'module', engines: { node: '>=22.18' } })
      expect(packed.manifest).not.toHaveProperty(['scripts', 'postinstall'])
    })
  },
)

const clients = packages.filter(({ manifest }) => 'gate' in manifest)

test('the clients are those that say so', () => {
  const names = clients.map(({ manifest }) => manifest.name).toSorted()
  const ids = ['claude-code', 'claude-desktop', 'codex', 'opencode', 'pi']
  expect(names).toEqual(ids.map((id) => `@gate/client-${id}`))
})

test.each(clients.map((packed) => ({ name: packed.manifest.name, packed })))(
  '$name brings what plugins share, and no core of its own',
  ({ packed }) => {
    const { dependencies = {}, peerDependencies, gate } = packed.manifest as Record<string, Record<string, unknown>>
    expect(Object.keys(dependencies).filter((name) => name.startsWith('@gate/'))).toEqual(['@gate/client-kit'])
    expect(peerDependencies).toEqual({ '@gate/core': `^${named('@gate/core').manifest.version}` })
    expect(gate).toMatchObject({ client: './dist/index.js', apiVersion: 1 })
  },
)

test('the contract depends on nothing, and what plugins share on the contract', () => {
  const own = (name: string) => {
    const { dependencies = {}, peerDependencies = {} } = named(name).manifest as Record<string, Record<string, unknown>>
    return [...Object.keys(dependencies), ...Object.keys(peerDependencies)]
  }
  expect(own('@gate/core')).toEqual([])
  expect(own('@gate/client-kit').filter((name) => name.startsWith('@gate/'))).toEqual(['@gate/core'])
})

/** The text of a package's code, file by file. */
async function codeOf(packed: PackedPackage): Promise<readonly string[]> {
  const files = (await tarballFiles(packed)).filter((file) => /^dist\/.*\.js$/.test(file))
  return await Promise.all(files.map((file) => tarballFile(packed, file)))
}

const libraries = packages.filter(({ manifest }) => manifest.name !== '@gate/cli')

test.each(libraries.map((packed) => ({ name: packed.manifest.name, packed })))(
  '$name carries its own code alone',
  async ({ packed }) => {
    const code = await codeOf(packed)
    // esbuild names each file whose code it has put into another.
    const sources = code.flatMap((text) =>
      [...text.matchAll(/^\/\/ (\S+\.[cm]?[jt]s(?:on)?)$/gm)].map(([, file]) => file),
    )
    expect(sources).not.toEqual([])
    // The version of another package, which a new plugin states, is no code.
    expect(sources.filter((file) => !/^src\/|\/package\.json$/.test(file ?? ''))).toEqual([])
  },
)

afterAll(async () => {
  for (const packed of libraries) {
    const bytes = gzipSync((await codeOf(packed)).join(''), { level: 9 }).length
    console.info(`${packed.manifest.name}: ${bytes} bytes of code, compressed`)
  }
})

test('what starts a command of the CLI is bundled: it imports nothing but Node', async () => {
  const cli = named('@gate/cli')
  for (const file of ['bin/run.js', 'dist/start.js', 'dist/main.js', 'dist/token.js']) {
    const text = await tarballFile(cli, file)
    const imported = [...text.matchAll(/(?:^|[;}\n])import(?:[\w*{}\s,$]+?from)?\s*"(?<name>[^"]+)"/g)].map(
      (match) => match.groups?.name ?? '',
    )
    expect(imported.filter((name) => !isBuiltin(name) && !name.startsWith('./'))).toEqual([])
  }
  for (const file of ['dist/status.cjs', 'dist/setup.cjs']) {
    const text = await tarballFile(cli, file)
    const required = [...text.matchAll(/\brequire\("(?<name>[^"]+)"\)/g)].map((match) => match.groups?.name ?? '')
    expect(required.filter((name) => !isBuiltin(name))).toEqual([])
    const imported = [...text.matchAll(/\b__gateImport\("(?<name>[^"]+)"\)/g)].map((match) => match.groups?.name ?? '')
    // The native module is optional.
    expect(imported.filter((name) => !isBuiltin(name) && name !== './framework.js')).toEqual(['keytar'])
  }
  expect(cli.manifest.dependencies ?? {}).toEqual({})
})

test('the CLI names every package whose code it contains, with its licence', async () => {
  const text = await tarballFile(named('@gate/cli'), 'THIRD-PARTY-NOTICES')
  const notices = new Map(
    text
      .split(/\n-{80}\n\n/)
      .slice(1)
      .map((notice) => [notice.slice(0, notice.indexOf(' ')), notice]),
  )
  const known = ['@oclif/core', 'diff', 'jsonc-parser', 'openid-client', 'smol-toml', 'zod']
  expect([...notices.keys()]).toEqual(expect.arrayContaining(known))
  for (const name of known) expect(notices.get(name)).toMatch(/copyright|permission/i)
})

describe('installed for the user', () => {
  // The oldest Node of `engines`, and the newest there is.
  const NODES = ['22.18.0', '26.10.0']
  const MANAGERS = GLOBAL_MANAGERS.filter(({ name }) => name !== 'bun')
  let gateway: DevGateway
  let registry: PackageRegistry
  let place: ThrowawayHome
  let home: ManagedHome

  beforeAll(async () => {
    gateway = await startDevGateway()
    place = await createHome({ gateway, clients: 'stub' })
    registry = await startPackageRegistry(place.root, packages)
    home = await installManagers(place, registry)
  }, 300_000)

  afterAll(async () => {
    await registry?.stop()
    await gateway?.stop()
    await place?.remove()
  })

  function succeeded(finished: Finished): Finished {
    expect(finished.code, `${finished.stdout}\n${finished.stderr}`).toBe(0)
    return finished
  }

  describe.each(NODES)('Node %s', (version) => {
    const tools = () => join(place.root, `node-${version}`)
    const path = () => `${tools()}/node_modules/node-linux-${process.arch}/bin:${home.path}`

    beforeAll(async () => {
      await mkdir(tools())
      const install = ['npm', 'install', '--prefix', tools(), '--no-audit', `node-linux-${process.arch}@${version}`]
      succeeded(await home.run(install))
    }, 300_000)

    test.each(MANAGERS)('$name', async (manager) => {
      const directory = join(place.root, `${manager.name}-${version}`)
      await mkdir(directory)
      const env = manager.env(directory, path())
      expect((await home.run(['node', '--version'], { env })).stdout).toBe(`v${version}\n`)
      succeeded(await home.run(manager.add(directory, '@gate/cli', '@gate/client-codex'), { env }))
      const gate = async (...args: string[]) => succeeded(await home.run([manager.gate(directory), ...args], { env }))
      expect((await gate('--version')).stdout).toContain(named('@gate/cli').manifest.version)

      const before = await snapshot(place.home)
      await gate('setup', '--client', 'codex', ...place.connection)
      expect(await readFile(join(place.home, '.codex/config.toml'), 'utf8')).toContain(gateway.url)
      const { clients: states } = JSON.parse((await gate('status', 'codex', '--json')).stdout) as {
        clients: { state: string }[]
      }
      expect(states).toMatchObject([{ state: 'connected' }])
      expect((await gate('token')).stdout).toMatch(/^\S+\n$/)
      await gate('teardown', '--all', '--purge')
      expect(differences(before, await snapshot(place.home))).toEqual([])
    })
  })
})

test('the packages are released one by one, with provenance', async () => {
  const root = join(import.meta.dirname, '../..')
  const changesets = JSON.parse(await readFile(join(root, '.changeset/config.json'), 'utf8')) as Record<string, unknown>
  expect(changesets).toMatchObject({ fixed: [], linked: [], access: 'public', commit: false })
  const workflow = await readFile(join(root, '.github/workflows/release.yml'), 'utf8')
  expect(workflow).toContain('id-token: write')
  expect(workflow).toContain('exec .ci/publish')
  expect(await readFile(join(root, '.ci/publish'), 'utf8')).toContain('PNPM_CONFIG_PROVENANCE=true')
  for (const file of ['ci.yml', 'release.yml']) {
    const text = await readFile(join(root, '.github/workflows', file), 'utf8')
    const used = [...text.matchAll(/uses: (?<action>\S+)/g)].map((match) => match.groups?.action ?? '')
    expect(used.length).toBeGreaterThan(0)
    // A tag can be moved to other code, a commit cannot.
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([])
  }
})
