import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import * as fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gatePaths, type Host } from '@gate/core'
import { createNodeHost, type NodeHostInit } from '@gate/engine/host'
import { interceptedFileSystem } from '@gate/plugin-testkit'
import { afterEach, describe, expect, it } from 'vitest'
import { loadConfig, updateConfig } from '../../src/profile/config-file.js'
import { emptyConfig } from '../../src/profile/index.js'

/** A throwaway home directory with a host that lives in it. */
interface Sandbox {
  readonly root: string
  readonly host: Host
  /** A further host in the same home, as another process would have it. */
  hostWith(init: NodeHostInit): Host
  path(...parts: string[]): string
}

const roots: string[] = []
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true })
})

function createSandbox(): Sandbox {
  const root = mkdtempSync(join(place, 'gate-config-'))
  roots.push(root)
  const home = join(root, 'home')
  mkdirSync(home)
  const env = { HOME: home, GATE_HOME: join(root, 'gate') }
  const hostWith = (init: NodeHostInit) => createNodeHost({ env, cwd: home, ...init })
  return { root, host: hostWith({}), hostWith, path: (...parts) => join(home, ...parts) }
}

/** Names of temporary files of gate anywhere below a directory. */
function leftoversIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => /\.gate-.*\.tmp$/.test(name))
}

// The id of a process that has ended, so that its locks are those of a dead one.
const deadPid = spawnSync(process.execPath, ['-e', '0']).pid

/** A host whose process dies before one file-system call: neither this one nor any later one has an effect. */
function mortalHost(sandbox: Sandbox, killAt: number): { readonly host: Host; readonly died: () => boolean } {
  let calls = 0
  const die = ({ path }: { readonly path: string | undefined }) => {
    // ENOENT makes the heart-beat of the lock stop at once; nothing of gate lives on to see it.
    if (calls++ >= killAt) throw Object.assign(new Error(`ENOENT: killed, '${path}'`), { code: 'ENOENT', path })
  }
  const dying = { ...sandbox.host.process, pid: deadPid }
  return { host: sandbox.hostWith({ fs: interceptedFileSystem(fs, die), process: dying }), died: () => calls > killAt }
}

const fileOf = (sandbox: Sandbox) => gatePaths(sandbox.host).config

function put(sandbox: Sandbox, text: string): void {
  mkdirSync(sandbox.host.directories.config, { recursive: true })
  writeFileSync(fileOf(sandbox), text)
}

describe('loadConfig', () => {
  it.each([undefined, '', ' \n', '\uFEFF'])('%j is an empty configuration', async (text) => {
    const sandbox = createSandbox()
    if (text !== undefined) put(sandbox, text)
    expect(await loadConfig(sandbox.host)).toEqual(emptyConfig())
  })

  it.each([
    ['{\n  "version": 1,\n  oops }', { line: 3, message: expect.stringContaining('not valid JSON') }],
    ['[]', {}],
    ['{"version":1,"activeProfile":"../x","profiles":{}}', { message: expect.stringContaining('activeProfile') }],
    ['{"version":1,"activeProfile":"a","profiles":{"../x":{}}}', { message: expect.stringContaining('profiles') }],
    [
      '{"version":1,"activeProfile":"a","profiles":{"a":{"gatewayUrl":1,"typo":2,"auth":{"kind":"magic"}}}}',
      {
        message: expect.stringMatching(
          /profiles\.a\.gatewayUrl must be a string; profiles\.a\.auth\.kind must be oidc or api-key or none; profiles\.a has an unknown field: typo/,
        ),
      },
    ],
    ['{"version":2}', { message: expect.stringContaining('newer gate') }],
  ])('refuses %j, naming the file and what is wrong', async (text, error) => {
    const sandbox = createSandbox()
    put(sandbox, text)
    const expected = { code: 'invalid-config', file: fileOf(sandbox), fix: { action: expect.any(String) }, ...error }
    await expect(loadConfig(sandbox.host)).rejects.toMatchObject(expected)
    await expect(updateConfig(sandbox.host, (config) => config)).rejects.toMatchObject(expected)
    expect(readFileSync(fileOf(sandbox), 'utf8')).toBe(text)
  })

  it.skipIf(process.platform === 'win32')('does not wait for a FIFO in its place', { timeout: 5_000 }, async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.host.directories.config, { recursive: true })
    execFileSync('sh', ['-c', 'mkfifo "$0"', fileOf(sandbox)])
    const expected = { code: 'file-not-regular', file: fileOf(sandbox) }
    await expect(loadConfig(sandbox.host)).rejects.toMatchObject(expected)
  })

  it('never quotes the file in an error', async () => {
    const sandbox = createSandbox()
    put(sandbox, '{"version":1, canary')
    await expect(loadConfig(sandbox.host)).rejects.not.toMatchObject({ message: expect.stringContaining('canary') })
  })
})

describe('updateConfig', () => {
  it('creates 0600 in 0700, returns what is stored, and does not write equal content again', async () => {
    const sandbox = createSandbox()
    const stored = await updateConfig(sandbox.host, (config) => ({
      ...config,
      profiles: { default: { caFile: '/ca' } },
    }))
    expect(stored).toEqual(await loadConfig(sandbox.host))
    const stat = statSync(fileOf(sandbox))
    expect(stat.mode & 0o777).toBe(0o600)
    expect(statSync(sandbox.host.directories.config).mode & 0o777).toBe(0o700)
    await updateConfig(sandbox.host, (config) => config)
    expect(statSync(fileOf(sandbox)).ino).toBe(stat.ino)
  })

  it('lets the function change its copy, and stores nothing when it throws or makes it invalid', async () => {
    const sandbox = createSandbox()
    await updateConfig(sandbox.host, (config) => {
      config.profiles.work = { models: [{ id: 'm', tier: 'opus' }] }
      return config
    })
    const before = readFileSync(fileOf(sandbox), 'utf8')
    const bad = updateConfig(sandbox.host, (config) => ({ ...config, activeProfile: 'CON' }))
    await expect(bad).rejects.toMatchObject({ code: 'invalid-config' })
    const throwing = updateConfig(sandbox.host, (config) => {
      config.activeProfile = 'x'
      throw new Error('changed my mind')
    })
    await expect(throwing).rejects.toThrow('changed my mind')
    expect(readFileSync(fileOf(sandbox), 'utf8')).toBe(before)
  })

  it('F6 keeps a link to the file (a dotfiles repository) and writes what it leads to', async () => {
    const sandbox = createSandbox()
    put(sandbox, '{"version":1,"activeProfile":"old","profiles":{}}')
    const real = sandbox.path('dotfiles', 'gate.json')
    mkdirSync(sandbox.path('dotfiles'))
    renameSync(fileOf(sandbox), real)
    symlinkSync(real, fileOf(sandbox))
    await updateConfig(sandbox.host, (config) => ({ ...config, activeProfile: 'new' }))
    expect(readlinkSync(fileOf(sandbox))).toBe(real)
    expect(JSON.parse(readFileSync(real, 'utf8'))).toMatchObject({ activeProfile: 'new' })
    expect(leftoversIn(sandbox.root)).toEqual([])
  })

  it('F6 refuses a link that leads nowhere instead of replacing it', async () => {
    const sandbox = createSandbox()
    mkdirSync(sandbox.host.directories.config, { recursive: true })
    symlinkSync(sandbox.path('unmounted', 'gate.json'), fileOf(sandbox))
    const changing = updateConfig(sandbox.host, (config) => ({ ...config, activeProfile: 'new' }))
    await expect(changing).rejects.toMatchObject({ code: 'file-dangling-link', file: fileOf(sandbox) })
    expect(readlinkSync(fileOf(sandbox))).toBe(sandbox.path('unmounted', 'gate.json'))
  })

  it('F16 no update is lost when many change it at once', { timeout: 60_000 }, async () => {
    const sandbox = createSandbox()
    const names = Array.from({ length: 15 }, (_, index) => `p${index}`)
    await Promise.all(
      names.map((name) =>
        updateConfig(sandbox.hostWith({}), (config) => ({ ...config, profiles: { ...config.profiles, [name]: {} } })),
      ),
    )
    expect(Object.keys((await loadConfig(sandbox.host)).profiles).toSorted()).toEqual(names.toSorted())
  })

  it('F1 killed at any file-system call: old or new, and nothing is left behind after the next one', {
    timeout: 60_000,
  }, async () => {
    let survived = false
    for (let index = 0; !survived; index++) {
      const sandbox = createSandbox()
      await updateConfig(sandbox.host, (config) => ({ ...config, activeProfile: 'old' }))
      const { host, died } = mortalHost(sandbox, index)
      await updateConfig(host, (config) => ({ ...config, activeProfile: 'new' })).catch(() => {})
      survived = !died()
      expect(['old', 'new']).toContain((await loadConfig(sandbox.host)).activeProfile)
      await updateConfig(sandbox.host, (config) => ({ ...config, activeProfile: 'next' }))
      expect((await loadConfig(sandbox.host)).activeProfile).toBe('next')
      expect(leftoversIn(sandbox.root)).toEqual([])
      expect(readdirSync(gatePaths(sandbox.host).locks)).toEqual([])
    }
  })
})
