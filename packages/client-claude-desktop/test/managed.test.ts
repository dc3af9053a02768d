import { chmod, rm } from 'node:fs/promises'
import { undoFile } from '@gate/core'
import type { TestHost } from '@gate/plugin-testkit'
import { build, buildBinary } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { mac, managed, PLIST, status, theirs, unmanaged, values } from './managed-host.js'

const DIRECTORY = '/Library/Managed Preferences/user'
const BEHAVIOUR = { disableAutoUpdates: 'true', relaunchEnforcementHours: '24' }

/** As the system does it to property lists that no profile delivers. */
async function removeBySystem(host: TestHost): Promise<void> {
  await rm(host.toNative(PLIST))
}

describe('setup with the option managed', () => {
  it('writes texts only, and teardown gives everything back', async () => {
    const machine = await mac()
    const { host } = machine
    const before = await theirs(host)
    const result = await claudeDesktop.configure(host, {
      ...managed,
      models: [{ id: 'claude-opus-5', contextWindow: 1_000_000 }],
    })
    expect(result.result).toBe('configured')
    expect(result.edits).toContainEqual({ kind: 'plist', file: PLIST, path: 'inferenceProvider' })
    expect(result.clientNotes.map(({ code }) => code)).toContain('managed-not-durable')
    expect(await values(host)).toEqual({
      inferenceProvider: 'gateway',
      inferenceGatewayBaseUrl: 'https://gateway.example.test/anthropic',
      inferenceGatewayAuthScheme: 'bearer',
      inferenceCredentialKind: 'helper-script',
      inferenceCredentialHelper: managed.helper.command,
      inferenceCredentialHelperTtlSec: '300',
      inferenceCredentialHelperTimeoutSec: '60',
      deploymentDisplayName: 'gate',
      chatTabEnabled: 'true',
      inferenceModels: '[{"name":"claude-opus-5","supports1m":true}]',
      deploymentOrganizationUuid: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    })
    expect((await host.fs.stat(PLIST)).mode & 0o777).toBe(0o644)
    expect(machine.commands).toHaveLength(1)

    const undone = await claudeDesktop.revert(host)
    expect(undone.edits.filter(({ kind }) => kind === 'plist').map(({ outcome }) => outcome)).toEqual(
      Array(11).fill('removed'),
    )
    expect(machine.commands).toHaveLength(2)
    expect(await theirs(host)).toEqual(before)
    await machine.host.dispose()
  })

  it('keeps the organization for ever, because the app keeps its sessions under it', async () => {
    const machine = await mac()
    await claudeDesktop.configure(machine.host, managed)
    const { deploymentOrganizationUuid: first } = await values(machine.host)
    await claudeDesktop.revert(machine.host)
    await claudeDesktop.configure(machine.host, { ...managed, gatewayUrl: 'https://next.example.test' })
    expect((await values(machine.host)).deploymentOrganizationUuid).toBe(first)
    await machine.host.dispose()
  })

  it('asks for no password when there is nothing to do', async () => {
    const machine = await mac()
    await claudeDesktop.configure(machine.host, managed)
    const before = await theirs(machine.host)
    expect((await claudeDesktop.configure(machine.host, managed)).result).toBe('unchanged')
    expect(await theirs(machine.host)).toEqual(before)
    expect(machine.commands).toHaveLength(1)
    await machine.host.dispose()
  })

  it('elevates nothing without the option', async () => {
    const machine = await mac()
    await claudeDesktop.configure(machine.host, unmanaged)
    await claudeDesktop.revert(machine.host)
    expect(machine.commands).toEqual([])
    await expect(machine.host.fs.stat(DIRECTORY)).rejects.toMatchObject({ code: 'ENOENT' })
    await machine.host.dispose()
  })

  it('shows in a dry run what it would do, and asks nobody', async () => {
    const machine = await mac()
    const before = await theirs(machine.host)
    const planned = await claudeDesktop.configure(machine.host, managed, { dryRun: true })
    const change = planned.changes.find(({ path }) => path === PLIST)
    expect(change?.before).toBeUndefined()
    expect(change?.after).toContain('<string>https://gateway.example.test/anthropic</string>')
    expect(planned.clientNotes).toContainEqual({
      code: 'elevation',
      severity: 'info',
      message: `${PLIST} would be changed with the password of an administrator.`,
    })
    expect(machine.commands).toEqual([])
    expect(await theirs(machine.host)).toEqual(before)

    await claudeDesktop.configure(machine.host, managed)
    const configured = await theirs(machine.host)
    const undo = await claudeDesktop.revert(machine.host, { dryRun: true })
    expect(undo.changes.find(({ path }) => path === PLIST)?.after).toBeUndefined()
    expect(await theirs(machine.host)).toEqual(configured)
    expect(machine.commands).toHaveLength(1)
    await machine.host.dispose()
  })

  it('changes the property list when the connection changes, and takes it away with the option', async () => {
    const machine = await mac()
    const { host } = machine
    await claudeDesktop.configure(host, unmanaged)
    const inLibrary = await theirs(host)
    await claudeDesktop.configure(host, managed)
    const next = { ...managed, gatewayUrl: 'https://next.example.test' }
    expect((await status(host, next)).reasons).toContainEqual({
      code: 'managed-changed',
      severity: 'error',
      message: `inferenceGatewayBaseUrl in ${PLIST} differs.`,
      place: { file: PLIST },
      fix: { action: 'setup', client: 'claude-desktop' },
    })
    await claudeDesktop.configure(host, next)
    expect((await values(host)).inferenceGatewayBaseUrl).toBe('https://next.example.test/anthropic')
    expect((await status(host, unmanaged)).reasons.map(({ code }) => code)).toContain('managed-left')
    await claudeDesktop.configure(host, unmanaged)
    await rm(host.toNative('/gate'), { recursive: true })
    expect(await theirs(host)).toEqual(inLibrary)
    await machine.host.dispose()
  })
})

describe('a property list that was there before', () => {
  it.each([
    ['XML', Buffer.from(build(BEHAVIOUR)), 0o644],
    ['binary', Buffer.from(buildBinary(BEHAVIOUR)), 0o600],
  ])('comes back byte for byte, with its mode: %s', async (_form, bytes, mode) => {
    const machine = await mac()
    const { host } = machine
    await host.fs.mkdir(DIRECTORY, { recursive: true })
    await host.fs.writeFile(PLIST, bytes)
    await chmod(host.toNative(PLIST), mode)
    const before = await theirs(host)
    await claudeDesktop.configure(host, managed)
    expect(await values(host)).toMatchObject({ ...BEHAVIOUR, inferenceProvider: 'gateway' })
    // A second setup does not take gate's own values for the original.
    await claudeDesktop.configure(host, { ...managed, gatewayUrl: 'https://next.example.test' })
    await claudeDesktop.revert(host)
    expect(await theirs(host)).toEqual(before)
    await machine.host.dispose()
  })

  it('is left alone when it decides about the app', async () => {
    const machine = await mac({ files: { [PLIST]: build({ inferenceProvider: 'bedrock' }) } })
    const before = await theirs(machine.host)
    const { result, clientNotes } = await claudeDesktop.configure(machine.host, managed)
    expect(result).toBe('unchanged')
    expect(clientNotes.map(({ code }) => code)).toEqual(['managed'])
    expect(await theirs(machine.host)).toEqual(before)
    expect(machine.commands).toEqual([])
    await machine.host.dispose()
  })
})

describe('somebody else changes the property list', () => {
  it('keys that an administrator added stay, and gate’s go', async () => {
    const machine = await mac()
    const { host } = machine
    await claudeDesktop.configure(host, managed)
    await host.write({ [PLIST]: build({ ...(await values(host)), coworkTabEnabled: 'false' } as never) })
    expect(await status(host)).toMatchObject({ state: 'connected' })
    expect((await claudeDesktop.configure(host, managed)).result).toBe('unchanged')
    await claudeDesktop.revert(host)
    expect(await values(host)).toEqual({ coworkTabEnabled: 'false' })
    await machine.host.dispose()
  })

  it('a key of gate’s that was changed is left alone and named, unless forced', async () => {
    for (const force of [false, true]) {
      const machine = await mac()
      const { host } = machine
      await claudeDesktop.configure(host, managed)
      await host.write({ [PLIST]: build({ ...(await values(host)), chatTabEnabled: 'false' } as never) })
      const seen = await status(host)
      expect(seen.state).toBe('drifted')
      expect(seen.reasons).toEqual([
        {
          code: 'managed-changed',
          severity: 'error',
          message: `chatTabEnabled in ${PLIST} was changed by an administrator.`,
          place: { file: PLIST },
        },
      ])
      const undone = await claudeDesktop.revert(host, { force })
      expect(undone.edits).toContainEqual({
        kind: 'plist',
        file: PLIST,
        path: 'chatTabEnabled',
        outcome: force ? 'removed' : 'kept-user-change',
      })
      if (force) await expect(host.fs.stat(PLIST)).rejects.toMatchObject({ code: 'ENOENT' })
      else expect(await values(host)).toEqual({ chatTabEnabled: 'false' })
      await machine.host.dispose()
    }
  })

  it('the system removes it: status says so, setup repairs it, teardown needs no password', async () => {
    const machine = await mac()
    const { host } = machine
    await claudeDesktop.configure(host, managed)
    expect(await status(host)).toMatchObject({ state: 'connected', overrides: [] })
    await removeBySystem(host)
    const seen = await status(host)
    expect(seen.state).toBe('drifted')
    expect(seen.reasons).toMatchObject([
      { code: 'managed-removed', message: expect.stringContaining('no configuration profile'), place: { file: PLIST } },
    ])
    expect((await claudeDesktop.configure(host, managed)).result).toBe('configured')
    expect(await status(host)).toMatchObject({ state: 'connected' })
    await removeBySystem(host)
    expect((await claudeDesktop.revert(host)).result).toBe('reverted')
    expect(machine.commands).toHaveLength(2)
    expect((await claudeDesktop.revert(host)).result).toBe('nothing-to-do')
    await machine.host.dispose()
  })

  it('it cannot be read any more: teardown refuses, and nothing changes', async () => {
    const machine = await mac()
    await claudeDesktop.configure(machine.host, managed)
    await machine.host.write({ [PLIST]: '<plist><dict>' })
    const before = await theirs(machine.host)
    await expect(claudeDesktop.revert(machine.host)).rejects.toMatchObject({ code: 'file-unparsable', file: PLIST })
    expect(await theirs(machine.host)).toEqual(before)
    await machine.host.dispose()
  })
})

describe('a teardown without the plugin', () => {
  it('says that something is left, and the plugin undoes it without a receipt when it is back', async () => {
    const machine = await mac()
    const { host } = machine
    const before = await theirs(host)
    const isLeft = () => host.fs.stat(undoFile(host, 'claude-desktop')).then(Boolean, () => false)
    await claudeDesktop.configure(host, managed)
    await host.engine.revert('claude-desktop')
    expect(await isLeft()).toBe(true)
    expect(await values(host)).toMatchObject({ inferenceProvider: 'gateway' })
    const undone = await claudeDesktop.revert(host)
    expect(undone).toMatchObject({ result: 'reverted' })
    expect(undone.edits.every(({ kind, outcome }) => kind === 'plist' && outcome === 'removed')).toBe(true)
    expect(await isLeft()).toBe(false)
    expect(await theirs(host)).toEqual(before)
    await machine.host.dispose()
  })
})

describe('what cannot be managed', () => {
  it('another system, headers that everybody could read, and a name that is no user’s are refused', async () => {
    const machine = await mac()
    const headers = { ...managed, headers: { 'X-Team': 'a' } }
    await expect(claudeDesktop.configure(machine.host, headers)).rejects.toMatchObject({ code: 'invalid-config' })
    await machine.host.dispose()
    for (const USER of ['../../etc', 'a\nb', '..', '.']) {
      const other = await mac({ env: { USER } })
      await expect(claudeDesktop.configure(other.host, managed)).rejects.toMatchObject({ code: 'path-outside' })
      expect(other.commands).toEqual([])
      await other.host.dispose()
    }
  })
})
