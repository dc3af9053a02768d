import type { Host, Platform, ProcessResult } from '@gate/core'
import {
  createTestHost,
  hostWith,
  type TestFiles,
  type TestHost,
  type TestProgram,
  testConnection,
} from '@gate/plugin-testkit'
import { build, buildBinary } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { goldenTree } from './golden-tree.js'
import { installations, REG } from './installations.js'

interface Machine {
  readonly platform: Platform
  readonly files?: TestFiles
  readonly reg?: TestProgram
  /** Added to what the real file system says about a path below `/etc`. */
  readonly stat?: (path: string) => object | undefined
}

async function open({ platform, files = {}, reg, stat }: Machine): Promise<TestHost> {
  const installation = installations[platform]
  const connection = testConnection(platform)
  const host = await createTestHost({
    platform,
    files: { ...installation.files, [connection.helper.command]: { content: '', mode: 0o755 }, ...files },
    programs: {
      ...installation.programs,
      ...(reg ? { [REG]: reg } : {}),
      [connection.helper.command]: () => 'a-token\n',
    },
  })
  if (!stat) return host
  const lstat = (async (path: string, ...rest: []) => {
    const real = await host.fs.lstat(path, ...rest)
    return path.startsWith('/etc/') ? Object.assign(real, stat(path)) : real
  }) as Host['fs']['lstat']
  return hostWith(host, { fs: { ...host.fs, lstat } })
}

/** What setup and status make of a machine: the source that decides, or nothing. */
async function outcome(machine: Machine) {
  await using host = await open(machine)
  const connection = testConnection(machine.platform)
  const before = await goldenTree(host)
  const done = await claudeDesktop.configure(host, connection)
  const isWritten = (await goldenTree(host)) !== before
  const status = await claudeDesktop.status(host, connection)
  expect(isWritten).toBe(done.result === 'configured')
  expect(done.clientNotes.some(({ code }) => code === 'managed')).toBe(!isWritten)
  expect(status.state).toBe(isWritten ? 'connected' : 'overridden')
  const [override] = status.overrides.filter(({ severity }) => severity === 'override')
  expect(override === undefined).toBe(isWritten)
  return { decides: override?.location, infos: status.overrides.filter(({ severity }) => severity === 'info') }
}

describe('T7.4-A6 S70 profiles on macOS', () => {
  const MACHINE = '/Library/Managed Preferences/com.anthropic.claudefordesktop.plist'
  const USER = '/Library/Managed Preferences/user/com.anthropic.claudefordesktop.plist'
  const decides = async (files: TestFiles) => (await outcome({ platform: 'darwin', files })).decides

  it('absent', async () => expect(await decides({})).toBeUndefined())

  it('for the machine, for the user, in both forms', async () => {
    const keys = { inferenceProvider: 'vertex' }
    expect(await decides({ [MACHINE]: build(keys) })).toBe(`${MACHINE}: inferenceProvider`)
    expect(await decides({ [MACHINE]: buildBinary(keys) })).toBe(`${MACHINE}: inferenceProvider`)
    expect(await decides({ [USER]: buildBinary(keys) })).toBe(`${USER}: inferenceProvider`)
    expect(await decides({ [USER]: build({ chatTabEnabled: true }), [MACHINE]: build(keys) })).toBe(
      `${USER}: chatTabEnabled`,
    )
  })

  it('of another user counts for that one', async () => {
    const other = '/Library/Managed Preferences/other/com.anthropic.claudefordesktop.plist'
    expect(await decides({ [other]: build({ inferenceProvider: 'vertex' }) })).toBeUndefined()
  })

  it('with the envelope of a profile only, or with nothing', async () => {
    expect(await decides({ [MACHINE]: build({ PayloadUUID: 'x', PayloadVersion: 1 }) })).toBeUndefined()
    expect(await decides({ [MACHINE]: build({}) })).toBeUndefined()
  })

  it.each([
    'autoUpdaterEnforcementHours',
    'configRecheckIntervalMinutes',
    'disableAutoUpdates',
    'egressProxyPacUrl',
    'egressProxyUrl',
    'relaunchEnforcementHours',
    'updateViaUpdatesHost',
  ])('%s leaves the user’s library in force', async (key) => {
    expect(await decides({ [MACHINE]: build({ [key]: 'true' }) })).toBeUndefined()
    expect(await decides({ [MACHINE]: build({ [key]: 'true', banner: '{}' }) })).toBe(`${MACHINE}: banner`)
  })

  it.each<[string, TestFiles[string]]>([
    ['is broken', '<plist><dict>'],
    ['is no dictionary', build(['x'])],
    ['is cut off', buildBinary({ inferenceProvider: 'x' }).subarray(0, 20)],
    ['is a directory', { directory: true }],
  ])('a list that %s is taken for one that decides', async (_, file) => {
    expect(await decides({ [MACHINE]: file })).toBe(MACHINE)
  })
})

describe('T7.4-A6 policies on Windows', () => {
  const answer = (keys: Readonly<Record<string, string | Partial<ProcessResult>>>): TestProgram => {
    return ([verb, key = '']) => {
      expect(verb).toBe('query')
      return keys[key] ?? { code: 1, stderr: 'FEHLER: Der angegebene Registrierungsschlüssel wurde nicht gefunden.' }
    }
  }
  const HKLM = 'HKLM\\SOFTWARE\\Policies\\Claude'
  const HKCU = 'HKCU\\SOFTWARE\\Policies\\Claude'
  const values = (...lines: string[]) => `\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Claude\r\n${lines.join('')}\r\n`
  const value = (name: string, type: string, data: string) => `    ${name}    ${type}    ${data}\r\n`
  const decides = async (keys: Parameters<typeof answer>[0]) =>
    (await outcome({ platform: 'win32', reg: answer(keys) })).decides

  it('absent', async () => expect(await decides({})).toBeUndefined())

  it('of the machine, of the user', async () => {
    const gateway = values(value('inferenceProvider', 'REG_SZ', 'gateway'))
    expect(await decides({ [HKLM]: gateway })).toBe(`${HKLM}: inferenceProvider`)
    expect(await decides({ [HKCU]: gateway })).toBe(`${HKCU}: inferenceProvider`)
  })

  it('anything that the app sees in the machine’s switches the user’s off, even an empty text', async () => {
    const user = values(value('inferenceProvider', 'REG_SZ', 'gateway'))
    const quiet = values(value('disableAutoUpdates', 'REG_DWORD', '0x1'))
    expect(await decides({ [HKLM]: quiet, [HKCU]: user })).toBeUndefined()
    expect(
      await decides({ [HKLM]: values('    updateViaUpdatesHost    REG_SZ    \r\n'), [HKCU]: user }),
    ).toBeUndefined()
    expect(await decides({ [HKLM]: values('    banner    REG_EXPAND_SZ\r\n') })).toBe(`${HKLM}: banner`)
  })

  it('types that the app does not see, the standard value of a subkey and subkeys count for nothing', async () => {
    const unseen = values(
      value('inferenceProvider', 'REG_QWORD', '0x1'),
      value('a', 'REG_MULTI_SZ', 'x\\0y'),
      value('b', 'REG_BINARY', '00'),
      '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Claude\\Sub\r\n',
    )
    const user = values(value('name with  blanks', 'REG_SZ', 'x    REG_SZ    y'))
    expect(await decides({ [HKLM]: unseen })).toBeUndefined()
    expect(await decides({ [HKLM]: unseen, [HKCU]: user })).toBe(`${HKCU}: name with  blanks`)
  })

  it('a key that is there and cannot be read is taken for one that decides', async () => {
    const parent =
      '\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Adobe\r\nHKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\CLAUDE\r\n'
    expect(await decides({ 'HKLM\\SOFTWARE\\Policies': parent })).toBe(HKLM)
    const others = parent.replace('CLAUDE', 'ClaudeCode')
    expect(await decides({ 'HKLM\\SOFTWARE\\Policies': others })).toBeUndefined()
  })

  it('so is a registry that does not answer', async () => {
    expect(await decides({ [HKLM]: { code: null, timedOut: true } })).toBe(HKLM)
  })
})

describe('T7.4-A6 the file on Linux', () => {
  const FILE = '/etc/claude-desktop/managed-settings.json'
  const roots = () => ({ uid: 0 })
  const written = (text: string, mode = 0o644): TestFiles => ({
    '/etc/claude-desktop': { directory: true },
    [FILE]: { content: text, mode },
  })
  const ask = (files: TestFiles, stat: Machine['stat'] = roots) => outcome({ platform: 'linux', files, stat })

  it('absent', async () => expect((await ask({})).decides).toBeUndefined())

  it('of either shape', async () => {
    expect((await ask(written('{"inferenceProvider":"gateway"}'))).decides).toBe(`${FILE}: inferenceProvider`)
    expect((await ask(written('{"$schemaVersion":2,"inference":{}}'))).decides).toBe(`${FILE}: inference`)
    expect((await ask(written('{"$schemaVersion":2,"disableAutoUpdates":true}'))).decides).toBeUndefined()
  })

  it.each(['{', '[]', 'null', ''])('a document that cannot be understood decides: %j', async (text) => {
    expect((await ask(written(text))).decides).toBe(FILE)
  })

  it.each<[string, Machine['stat']]>([
    ['of another owner', (path) => ({ uid: path === FILE ? 1000 : 0 })],
    ['in a directory of another owner', (path) => ({ uid: path === FILE ? 0 : 1000 })],
    ['that a group may write', (path) => ({ uid: 0, mode: path === FILE ? 0o100664 : 0o40755 })],
    ['in a directory that everybody may write', (path) => ({ uid: 0, mode: path === FILE ? 0o100644 : 0o40777 })],
  ])('one %s is ignored by the app, and that is told', async (_, stat) => {
    const { decides, infos } = await ask(written('{"inferenceProvider":"gateway"}'), stat)
    expect(decides).toBeUndefined()
    expect(infos).toEqual([expect.objectContaining({ location: FILE, effect: expect.stringContaining('ignores it') })])
  })

  it('so is one that a link leads to', async () => {
    const files = { '/opt/managed.json': '{"inferenceProvider":"gateway"}', [FILE]: { link: '/opt/managed.json' } }
    expect(await ask(files)).toMatchObject({ decides: undefined, infos: [{ location: FILE }] })
  })

  it('so is one that the user must not read', async () => {
    await using host = await open({ platform: 'linux', files: written('{"banner":1}', 0o600), stat: roots })
    const denied = Object.assign(new Error('EACCES'), { code: 'EACCES' })
    const readFile = (path: string, ...rest: unknown[]) =>
      path === FILE ? Promise.reject(denied) : host.fs.readFile(path, ...(rest as []))
    const fs = { ...host.fs, readFile: readFile as unknown as Host['fs']['readFile'] }
    const connection = testConnection('linux')
    const asUser = hostWith(host, { fs })
    expect((await claudeDesktop.configure(asUser, connection)).result).toBe('configured')
  })
})

it('a machine that becomes managed after setup is overridden; its files stay, and can be undone', async () => {
  const MACHINE = '/Library/Managed Preferences/com.anthropic.claudefordesktop.plist'
  await using host = await open({ platform: 'darwin' })
  const connection = testConnection('darwin')
  const before = await goldenTree(host)
  await claudeDesktop.configure(host, connection)
  const configured = await goldenTree(host)
  await host.write({ [MACHINE]: build({ inferenceProvider: 'bedrock' }) })
  expect((await claudeDesktop.configure(host, connection)).result).toBe('unchanged')
  expect(await goldenTree(host)).toBe(configured)
  expect(await claudeDesktop.status(host, connection)).toMatchObject({
    state: 'overridden',
    overrides: [{ source: 'managed', location: `${MACHINE}: inferenceProvider`, displaces: 'everything' }],
  })
  expect((await claudeDesktop.revert(host)).result).toBe('reverted')
  expect(await goldenTree(host)).toBe(before)
})
