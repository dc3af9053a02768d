import { type Connection, compareVersions, type Host } from '@gate/core'
import { anyConnection, createTestHost, type TestFiles, type TestHost, testConnection } from '@gate/plugin-testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBaseUrl } from '../src/base-url.js'
import { configuration } from '../src/configuration.js'
import { CONFIGURATION_ID } from '../src/documents.js'
import claudeDesktop from '../src/index.js'
import { goldenTree } from './golden-tree.js'
import { installations } from './installations.js'
import { DEFAULT_ENTRY, OTHER_ID, places } from './places.js'

const mac = places('darwin')
const connection = testConnection('darwin')
const other = { id: OTHER_ID, name: 'Other' }

function open(files: TestFiles = {}, init: Parameters<typeof createTestHost>[0] = {}): Promise<TestHost> {
  return createTestHost({ platform: 'darwin', files: { ...installations.darwin.files, ...files }, ...init })
}

async function selector(host: TestHost): Promise<Record<string, unknown>> {
  return JSON.parse(await host.read(mac.selector)) as Record<string, unknown>
}

/** As the app writes it, with other things in it. */
async function appWrites(host: TestHost, change: (value: Record<string, unknown>) => void): Promise<void> {
  const value = await selector(host)
  change(value)
  await host.write({ [mac.selector]: JSON.stringify(value, null, 2) })
}

describe('T7.4-A1 an id in the selector leads nowhere', () => {
  it.each(['../../../../victim', '/Users/user/victim', 'victim', OTHER_ID.toUpperCase()])('%s', async (id) => {
    const victim = '{"mine":true}'
    const meta = JSON.stringify({ appliedId: id, entries: [{ id, name: 'gate' }] })
    await using host = await open({ [mac.selector]: meta, '~/victim.json': victim })
    const { edits } = await claudeDesktop.configure(host, connection)
    const written = new Set(edits.map(({ file }) => host.path.basename(file)))
    expect(written).toEqual(new Set([`${CONFIGURATION_ID}.json`, '_meta.json', 'claude_desktop_config.json']))
    // S67: what stands in the selector at teardown does not lead anywhere either.
    await appWrites(host, (value) => (value.appliedId = '../../../../victim'))
    await claudeDesktop.revert(host)
    expect(await host.read('~/victim.json')).toBe(victim)
    expect(await selector(host)).toMatchObject({ entries: [{ id, name: 'gate' }] })
  })
})

describe('T7.4-A3 one base URL', () => {
  it.each([
    ['', 'https://gateway.example.test'],
    ['/anthropic', 'https://gateway.example.test/anthropic'],
    ['/anthropic/v1', 'https://gateway.example.test/anthropic'],
    ['/v1', 'https://gateway.example.test'],
  ])('S49 prefix %j', (anthropic, expected) => {
    expect(anthropicBaseUrl(testConnection('darwin', { paths: { anthropic, openai: '/openai' } }))).toBe(expected)
  })

  it('is the same in every library of the machine', async () => {
    const files = { ...installations.win32.files, '~/AppData/Local/Claude Nest-3p/x': '' }
    const programs = installations.win32.programs ?? {}
    await using host = await createTestHost({ platform: 'win32', files, programs })
    await claudeDesktop.configure(host, testConnection('win32'))
    const text = await host.read(places('win32').document)
    expect(await host.read(`~/AppData/Local/Claude Nest-3p/configLibrary/${CONFIGURATION_ID}.json`)).toBe(text)
  })
})

describe('T7.4-A4 a selection that is no text', () => {
  it('is told at setup and put back', async () => {
    await using host = await open({ [mac.selector]: '{ "appliedId": 42, "entries": [] }' })
    const { clientNotes } = await claudeDesktop.configure(host, connection)
    expect(clientNotes).toContainEqual(expect.objectContaining({ code: 'selection-malformed' }))
    await appWrites(host, () => {})
    await claudeDesktop.revert(host)
    expect(await selector(host)).toEqual({ appliedId: 42, entries: [] })
  })

  it('that came after setup is told by status, and left alone', async () => {
    await using host = await open()
    await claudeDesktop.configure(host, connection)
    await appWrites(host, (value) => (value.appliedId = 7))
    const { state, reasons } = await claudeDesktop.status(host)
    expect(state).toBe('drifted')
    expect(reasons).toContainEqual(
      expect.objectContaining({ code: 'drift-changed', place: expect.objectContaining({ line: expect.any(Number) }) }),
    )
    const { edits } = await claudeDesktop.revert(host)
    expect(edits).toContainEqual(expect.objectContaining({ path: 'appliedId', outcome: 'kept-user-change' }))
    expect(await selector(host)).toMatchObject({ appliedId: 7 })
  })
})

it('T7.4-A5 one value says which credential counts, and no key of another one is written', async () => {
  await using host = await open()
  const KEYS = {
    'helper-script': [
      'inferenceCredentialHelper',
      'inferenceCredentialHelperTtlSec',
      'inferenceCredentialHelperTimeoutSec',
    ],
    static: ['inferenceGatewayApiKey'],
    interactive: ['inferenceGatewayOidc'],
  } as const
  const native = fc.constantFrom({}, { options: { 'claude-desktop': { auth: 'native' } } })
  fc.assert(
    fc.property(anyConnection('darwin'), native, (any, options) => {
      const chosen: Connection = { ...any, ...(any.auth.kind === 'oidc' ? options : {}) }
      const written = configuration(host, chosen)
      const kind = written.inferenceCredentialKind as keyof typeof KEYS
      const about = Object.keys(written).filter((key) => /Credential(?!Kind)|ApiKey|Oidc/.test(key))
      expect(about).toEqual(KEYS[kind])
    }),
  )
})

describe('T7.4-A7 what setup says', () => {
  it('S73 how to make it count, and nothing of administrators where there are none', async () => {
    await using host = await open()
    const { clientNotes } = await claudeDesktop.configure(host, connection)
    expect(clientNotes.map(({ code }) => code)).toEqual(['relaunch', 'models-discovered'])
  })

  it('S73 that an administrator decides, and nothing else, where one does', async () => {
    const plist = '<plist version="1.0"><dict><key>inferenceProvider</key><string>vertex</string></dict></plist>'
    await using host = await open({ '/Library/Managed Preferences/com.anthropic.claudefordesktop.plist': plist })
    const { clientNotes } = await claudeDesktop.configure(host, connection)
    expect(clientNotes.map(({ code }) => code)).toEqual(['managed'])
  })
})

describe('T7.4-A8 a write that fails', () => {
  const CHANGING = new Set(['open', 'rename', 'unlink', 'mkdir', 'handle.writeFile', 'handle.sync', 'handle.chmod'])
  const users = { [mac.selector]: JSON.stringify({ appliedId: OTHER_ID, entries: [other] }), [mac.firstMode]: '{}' }

  async function treeAfter(verb: 'configure' | 'revert') {
    await using host = await open(users)
    await claudeDesktop.configure(host, connection)
    if (verb === 'revert') await claudeDesktop.revert(host)
    return await goldenTree(host)
  }

  it.each(['configure', 'revert'] as const)(
    'at any place of %s leaves all files as they were, or all as they shall be',
    async (verb) => {
      const run = (host: Host) =>
        verb === 'configure' ? claudeDesktop.configure(host, connection) : claudeDesktop.revert(host)
      let failures = 0
      for (let at = 1; ; at += 1) {
        await using machine = await open(users)
        if (verb === 'revert') await claudeDesktop.configure(machine, connection)
        const before = await goldenTree(machine)
        const after = await treeAfter(verb)
        let calls = 0
        const full = await createTestHost({
          platform: 'darwin',
          root: machine.root,
          intercept({ name, path }) {
            const isLock = path?.includes('/locks') ?? false
            if (!CHANGING.has(name) || isLock) return
            calls += 1
            if (calls === at) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
          },
        })
        const done = await run(full).then(
          () => true,
          () => false,
        )
        if (calls < at) break
        failures += 1
        // When only clean-up failed, everything was done already; in between there is nothing.
        const now = await goldenTree(machine)
        if (done || now !== before) expect(now).toBe(after)
        await machine.engine.recover()
        await claudeDesktop.revert(machine)
        expect(JSON.parse(await machine.read(mac.selector))).toEqual({ appliedId: OTHER_ID, entries: [other] })
        expect(await machine.read(mac.firstMode)).toBe('{}')
      }
      expect(failures).toBeGreaterThan(15)
    },
    120_000,
  )
})

it('T7.4-A10 S62 twice gives one entry, whatever else bears the name', async () => {
  const theirs = [{ id: 5, name: 'gate' }, { name: 'gate' }, { id: OTHER_ID, name: 'gate' }]
  await using host = await open({ [mac.selector]: JSON.stringify({ entries: theirs }) })
  await claudeDesktop.configure(host, connection)
  expect((await claudeDesktop.configure(host, connection)).result).toBe('unchanged')
  const { entries } = await selector(host)
  expect(entries).toEqual([...theirs, { id: CONFIGURATION_ID, name: 'gate' }])
})

describe('T7.4-A11 the order of undoing', () => {
  it('the mode first, the selector next, the document last, and never the helper', async () => {
    const helper = { [connection.helper.command]: { content: '#!/bin/sh\n', mode: 0o700 } }
    await using host = await open(helper)
    await claudeDesktop.configure(host, connection)
    const gone: string[] = []
    const watched = await createTestHost({
      platform: 'darwin',
      root: host.root,
      intercept({ name, path }) {
        if (name === 'unlink' && path?.endsWith('.json') && path.includes('Claude')) gone.push(host.path.basename(path))
      },
    })
    await claudeDesktop.revert(watched)
    expect(gone).toEqual([
      'claude_desktop_config.json',
      'claude_desktop_config.json',
      '_meta.json',
      `${CONFIGURATION_ID}.json`,
    ])
    expect(await host.read(connection.helper.command)).toBe('#!/bin/sh\n')
  })

  it('S66 a record that says nothing about a file touches nothing', async () => {
    const helper = { [connection.helper.command]: { content: '#!/bin/sh\n', mode: 0o700 } }
    await using host = await open({ ...helper, [mac.document]: '{"inferenceProvider":"gateway"}' })
    const before = await goldenTree(host)
    expect((await claudeDesktop.revert(host)).result).toBe('nothing-to-do')
    expect(await goldenTree(host)).toBe(before)
    expect(await host.read(connection.helper.command)).toBe('#!/bin/sh\n')
  })

  it('says what to do in the words of no platform', async () => {
    await using host = await open()
    const { clientNotes } = await claudeDesktop.configure(host, connection)
    expect(JSON.stringify(clientNotes)).not.toMatch(/cmd|⌘|tray|Alt/i)
  })
})

it('T7.4-A12 S69 S130 a selector that cannot be written on a second run leaves the first document, valid', async () => {
  const helper = { [connection.helper.command]: { content: '#!/bin/sh\n', mode: 0o700 } }
  await using host = await open(helper)
  await claudeDesktop.configure(host, connection)
  await appWrites(host, (value) => (value.entries = [DEFAULT_ENTRY]))
  const before = await goldenTree(host)
  const full = await createTestHost({
    platform: 'darwin',
    root: host.root,
    intercept({ name, path }) {
      // The new selector is on its way, the new document is in its place already.
      if (name === 'rename' && path?.includes('._meta.json.gate-')) {
        throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
      }
    },
  })
  const next = { ...connection, gatewayUrl: 'https://next.example.test' }
  await expect(claudeDesktop.configure(full, next)).rejects.toMatchObject({ code: 'disk-full' })
  expect(await goldenTree(host)).toBe(before)
  expect(JSON.parse(await host.read(mac.document))).toMatchObject({ inferenceProvider: 'gateway' })
  expect(await host.read(connection.helper.command)).toBe('#!/bin/sh\n')
})

describe('T7.4-A13 the selection that was there before', () => {
  const users = { [mac.selector]: JSON.stringify({ appliedId: OTHER_ID, entries: [other] }) }

  it('comes back, also after the app has written the file', async () => {
    await using host = await open(users)
    await claudeDesktop.configure(host, connection)
    await appWrites(host, (value) => (value.entries as unknown[]).reverse())
    await claudeDesktop.revert(host)
    expect(await selector(host)).toEqual({ appliedId: OTHER_ID, entries: [other] })
  })

  it('does not come back when its configuration was deleted, and nobody else’s is chosen', async () => {
    await using host = await open(users)
    await claudeDesktop.configure(host, connection)
    await appWrites(host, (value) => {
      value.entries = [DEFAULT_ENTRY, ...(value.entries as { id: string }[]).filter(({ id }) => id !== OTHER_ID)]
    })
    await claudeDesktop.revert(host)
    expect(await selector(host)).toEqual({ entries: [DEFAULT_ENTRY] })
  })

  it('S63 a selection that the user made after setup stays', async () => {
    await using host = await open(users)
    await claudeDesktop.configure(host, connection)
    await appWrites(host, (value) => (value.appliedId = OTHER_ID))
    await claudeDesktop.revert(host)
    expect(await selector(host)).toEqual({ appliedId: OTHER_ID, entries: [other] })
  })

  it('S64 without one, nothing is left: no entry, no selection, no document', async () => {
    await using host = await open()
    const own = async () => [...(await host.snapshot('/Users')).keys()].filter((path) => path.includes('Claude'))
    await claudeDesktop.configure(host, connection)
    expect(await own()).not.toEqual([])
    await claudeDesktop.revert(host)
    await claudeDesktop.revert(host)
    expect(await own()).toEqual([])
  })
})

describe('T7.4-A14 what was open', () => {
  it('nothing but the documented files is needed: no switch for developers', async () => {
    await using host = await open()
    const { edits } = await claudeDesktop.configure(host, connection)
    expect(edits.map(({ path }) => path)).not.toContainEqual(expect.stringMatching(/devel|allowDevTools/i))
  })

  it('on Windows the helper is the batch file that gate writes there', async () => {
    const { files, programs = {} } = installations.win32
    await using host = await createTestHost({ platform: 'win32', files, programs })
    await claudeDesktop.configure(host, testConnection('win32'))
    expect(JSON.parse(await host.read(places('win32').document))).toMatchObject({
      inferenceCredentialKind: 'helper-script',
      inferenceCredentialHelper: 'C:\\gate\\state\\bin\\gate-token-default.cmd',
    })
  })

  it('S61 without models the key is absent, not empty, and setup says who is asked for them', async () => {
    await using host = await open()
    const { clientNotes } = await claudeDesktop.configure(host, connection)
    expect(JSON.parse(await host.read(mac.document))).not.toHaveProperty('inferenceModels')
    expect(clientNotes).toContainEqual(expect.objectContaining({ code: 'models-discovered' }))
  })

  it('versions are compared as numbers', () => expect(compareVersions('1.19367.0', '1.8555.0')).toBeGreaterThan(0))
})

describe('what the app itself wrote', () => {
  it('into gate’s document is kept on teardown', async () => {
    await using host = await open()
    await claudeDesktop.configure(host, connection)
    const document = JSON.parse(await host.read(mac.document)) as Record<string, unknown>
    await host.write({ [mac.document]: JSON.stringify({ ...document, coworkTabEnabled: false }, null, 2) })
    expect((await claudeDesktop.status(host)).reasons.filter(({ code }) => code.startsWith('drift'))).toEqual([])
    await claudeDesktop.revert(host)
    expect(JSON.parse(await host.read(mac.document))).toEqual({ coworkTabEnabled: false })
  })

  it('a mode that the user chose is not taken back', async () => {
    await using host = await open({ [mac.firstMode]: '{"deploymentMode":"3p"}' })
    await claudeDesktop.configure(host, connection)
    await host.write({ [mac.thirdMode]: '{"deploymentMode":"1p"}' })
    await claudeDesktop.revert(host)
    expect(await host.read(mac.thirdMode)).toBe('{"deploymentMode":"1p"}')
    expect(await host.read(mac.firstMode)).toBe('{"deploymentMode":"3p"}')
  })
})
