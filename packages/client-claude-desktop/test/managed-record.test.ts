import { anyConnection, hostWith, testConnection } from '@gate/plugin-testkit'
import fc from 'fast-check'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { isManagedKey, managedValues } from '../src/managed/values.js'
import { mac, managed, OSASCRIPT, PLIST, unmanaged, values } from './managed-host.js'

/** Where the record of the property list is on the test host. */
const RECORD = '~/Library/Application Support/gate/state/clients/claude-desktop/undo.json'
const DAEMON = '/Library/LaunchDaemons/com.vendor.daemon.plist'
const EVIL = `${build({ Label: 'com.vendor.daemon', ProgramArguments: ['/bin/sh', '-c', 'id > /tmp/pwned'] })}\n`
const VENDOR = `${build({ Label: 'com.vendor.daemon' })}\n`

interface Written {
  location: string
  before: string | null
  written: string
  madeDirectory: boolean
  values: Record<string, string>
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** A Mac on which gate has written the managed property list, with a record that somebody has edited since. */
async function tampered(change: (written: Written) => void) {
  const machine = await mac({ files: { [DAEMON]: VENDOR } })
  const { host } = machine
  await claudeDesktop.configure(host, managed)
  machine.commands.length = 0
  const path = `${host.home}${RECORD.slice(1)}`
  const record = JSON.parse(await host.read(path)) as { version: 1; propertyList: Written }
  change(record.propertyList)
  await host.write({ [path]: JSON.stringify(record) })
  return machine
}

const ELSEWHERE: readonly (readonly [string, (written: Written) => void])[] = [
  [
    'the property list of a daemon, with its bytes',
    (written) =>
      Object.assign(written, { location: DAEMON, written: base64(VENDOR), before: base64(EVIL), values: {} }),
  ],
  ['a daemon that is not there yet', (written) => (written.location = '/Library/LaunchDaemons/new.plist')],
  ['another user', (written) => (written.location = PLIST.replace('/user/', '/other/'))],
  ['the whole machine', (written) => (written.location = PLIST.replace('/user/', '/'))],
  ['another application', (written) => (written.location = PLIST.replace('claudefordesktop', 'else'))],
  ['a way around', (written) => (written.location = PLIST.replace('/user/', '/user/../user/'))],
  ['a file of root', (written) => (written.location = '/etc/sudoers')],
  ['a shell command', (written) => (written.location = `${PLIST}'; touch /tmp/pwned; '`)],
  ['nothing', (written) => (written.location = '')],
  ['a relative path', (written) => (written.location = 'com.anthropic.claudefordesktop.plist')],
  ['a key that gate does not write', (written) => (written.values.disableAutoUpdates = 'true')],
  ['a key of an envelope', (written) => (written.values.PayloadIdentifier = 'x')],
]

describe('R7 a record of another file or of keys that are not gate’s is not worked by', () => {
  it.each(ELSEWHERE)('%s', async (_name, change) => {
    const machine = await tampered(change)
    const { host } = machine
    const before = await host.read(PLIST)
    const refused = { code: 'ledger-corrupt', message: expect.stringContaining('which gate never writes') }
    await expect(claudeDesktop.revert(host)).rejects.toMatchObject(refused)
    await expect(claudeDesktop.revert(host, { force: true })).rejects.toMatchObject(refused)
    await expect(claudeDesktop.configure(host, managed, { force: true })).rejects.toMatchObject(refused)
    await expect(claudeDesktop.configure(host, unmanaged)).rejects.toMatchObject(refused)
    expect(await claudeDesktop.status(host, managed)).toMatchObject({ state: 'unknown' })
    expect(machine.commands).toEqual([])
    expect(await host.read(PLIST)).toBe(before)
    expect(await host.read(DAEMON)).toBe(VENDOR)
    await host.dispose()
  })
})

const BYTES: readonly (readonly [string, (written: Written) => void])[] = [
  ['another property list', (written) => (written.before = base64(EVIL))],
  [
    'one with a key more',
    (written) => (written.before = base64(`${build({ inferenceCredentialHelper: '/tmp/x' })}\n`)),
  ],
  ['no property list', (written) => (written.before = base64('#!/bin/sh\nid\n'))],
  ['no base64', (written) => (written.before = '%%%')],
  ['an empty file', (written) => (written.before = '')],
]

describe('R7 root writes the list that is there, less gate’s keys, whatever the record says of before', () => {
  it.each(BYTES)('%s: not written', async (_name, change) => {
    const machine = await tampered(change)
    await claudeDesktop.revert(machine.host)
    const left = await machine.host.read(PLIST).catch(() => '<plist version="1.0"><dict/></plist>')
    expect(left).not.toContain('ProgramArguments')
    expect(left).not.toContain('/tmp/x')
    expect(left).not.toContain('/bin/sh')
    expect(left).toMatch(/<dict\s*\/>|<dict>\s*<\/dict>/)
    await machine.host.dispose()
  })

  it('the keys of others stay, those of gate go', async () => {
    const machine = await mac({ files: { [PLIST]: `${build({ disableAutoUpdates: 'true' })}\n` } })
    const { host } = machine
    await claudeDesktop.configure(host, managed)
    const path = `${host.home}${RECORD.slice(1)}`
    const record = JSON.parse(await host.read(path)) as { version: 1; propertyList: Written }
    record.propertyList.before = base64(EVIL)
    await host.write({ [path]: JSON.stringify(record) })
    await claudeDesktop.revert(host)
    expect(await values(host)).toEqual({ disableAutoUpdates: 'true' })
    await host.dispose()
  })
})

it('R7 the dialog names the file', async () => {
  const asked: (readonly string[])[] = []
  const machine = await mac()
  const { host } = machine
  const run: typeof host.process.run = async (command, args, options) => {
    if (command === OSASCRIPT) asked.push(args)
    return host.process.run(command, args, options)
  }
  await claudeDesktop.configure(hostWith(host, { process: { ...host.process, run } }), managed)
  expect(asked.map((args) => args.at(-1))).toEqual([
    `gate wants to change ${PLIST}, the managed settings of Claude Desktop.`,
  ])
  await host.dispose()
})

it('every key of a managed property list is one that is known to be gate’s', async () => {
  const { host } = await mac()
  fc.assert(
    fc.property(anyConnection('darwin'), fc.constantFrom('helper', 'app'), (connection, auth) => {
      const usable = { ...connection, helper: testConnection('darwin').helper }
      const wanted = { ...usable, options: { 'claude-desktop': { managed: 'user', auth } } }
      let keys: string[] = []
      try {
        keys = Object.keys(managedValues(host, wanted, '0'))
      } catch {
        // What cannot be a configuration has no keys.
      }
      expect(keys.filter((key) => !isManagedKey(key))).toEqual([])
    }),
  )
  await host.dispose()
})
