import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import claudeDesktop from '../src/index.js'
import { mac, managed, OSASCRIPT, PLIST, status, theirs, unmanaged, values } from './managed-host.js'

const DIRECTORY = '/Library/Managed Preferences/user'
const BEHAVIOUR = { disableAutoUpdates: 'true', relaunchEnforcementHours: '24' }

describe('a first setup that is killed', () => {
  // Counted in calls of the file system, so it dies everywhere on the way.
  it('at any moment leaves what teardown takes away', async () => {
    let died = 0
    for (let limit = 1; limit < 400; limit += 7) {
      const machine = await mac()
      const { host } = machine
      const before = await theirs(host)
      let calls = 0
      const dying = await mac({
        root: host.root,
        intercept: () => {
          calls += 1
          if (calls > limit) throw Object.assign(new Error('killed'), { code: 'EIO' })
        },
      })
      const dead = await claudeDesktop.configure(dying.host, managed).then(
        () => false,
        () => true,
      )
      if (dead) died += 1
      await host.fs.rm('/Users/user/Library/Application Support/gate/state/locks', { recursive: true, force: true })
      await host.engine.recover()
      // What `gate teardown` goes by.
      if ((await host.engine.receipts()).length > 0) await claudeDesktop.revert(host)
      expect(await theirs(host)).toEqual(before)
      await machine.host.dispose()
      if (!dead) break
    }
    expect(died).toBeGreaterThan(10)
  })
})

it('two gates at once ask for one password', async () => {
  const machine = await mac()
  const results = await Promise.all([1, 2].map(() => claudeDesktop.configure(machine.host, managed)))
  expect(results.map(({ result }) => result).toSorted()).toEqual(['configured', 'unchanged'])
  expect(machine.commands).toHaveLength(1)
  await machine.host.dispose()
})

it('a name of a user with everything that shells and scripts care about', async () => {
  const USER = `o'brien "$(touch pwned)" \\ \`x\``
  const machine = await mac({ env: { USER } })
  const before = await theirs(machine.host)
  await claudeDesktop.configure(machine.host, managed)
  expect(await machine.host.fs.readdir('/Library/Managed Preferences')).toEqual([USER])
  expect(await status(machine.host)).toMatchObject({ state: 'connected' })
  await claudeDesktop.revert(machine.host)
  await rm(machine.host.toNative('/gate'), { recursive: true })
  expect(await theirs(machine.host)).toEqual(before)
  await machine.host.dispose()
})

describe('no password', () => {
  const cancelled = { code: 1, stderr: '0:81: execution error: Abgebrochen. (-128)\n' }
  const tooLate = { code: null, timedOut: true }

  it.each([
    ['cancelled', cancelled],
    ['too late', tooLate],
  ])('%s: a first setup leaves everything as it was', async (_name, answer) => {
    const machine = await mac()
    machine.before = () => answer
    const before = await theirs(machine.host)
    await expect(claudeDesktop.configure(machine.host, managed)).rejects.toMatchObject({
      code: 'elevation-refused',
      exitCode: 5,
      file: PLIST,
    })
    const records = '/Users/user/Library/Application Support/gate/state/clients/claude-desktop'
    expect(await machine.host.fs.readdir(records)).toEqual([])
    expect(await theirs(machine.host)).toEqual(before)
    expect((await machine.host.engine.receipts()).length).toBe(0)
    await machine.host.dispose()
  })

  it('a later setup, and a teardown, leave everything as it was', async () => {
    const machine = await mac()
    const { host } = machine
    await claudeDesktop.configure(host, managed)
    const before = [...(await host.snapshot())]
    machine.before = () => cancelled
    const next = { ...managed, gatewayUrl: 'https://next.example.test' }
    for (const attempt of [() => claudeDesktop.configure(host, next), () => claudeDesktop.revert(host)]) {
      await expect(attempt()).rejects.toMatchObject({ code: 'elevation-refused' })
      expect([...(await host.snapshot())]).toEqual(before)
    }
    expect(await status(host)).toMatchObject({ state: 'connected' })
    await machine.host.dispose()
  })

  it('somebody writes the file between reading and root: refused, and theirs stays', async () => {
    const machine = await mac()
    const { host } = machine
    machine.before = () => {
      machine.before = () => undefined
      const native = host.toNative(PLIST)
      mkdirSync(host.toNative(DIRECTORY), { recursive: true })
      writeFileSync(native, build(BEHAVIOUR))
      return undefined
    }
    await expect(claudeDesktop.configure(host, managed)).rejects.toMatchObject({ code: 'file-changed' })
    expect(await values(host)).toEqual(BEHAVIOUR)
    expect((await host.engine.receipts()).length).toBe(0)
    await machine.host.dispose()
  })

  it('root says that all went well, but the file is not there: nothing is green that was not seen', async () => {
    const machine = await mac()
    machine.before = () => ''
    const before = await theirs(machine.host)
    await expect(claudeDesktop.configure(machine.host, managed)).rejects.toMatchObject({ code: 'file-changed' })
    expect(await theirs(machine.host)).toEqual(before)
    await machine.host.dispose()
  })

  it.each(['{', '{"version":1}', '{"version":1,"propertyList":{"location":1}}'])(
    'a damaged record stops everything before anybody is asked: %s',
    async (text) => {
      const machine = await mac()
      const { host } = machine
      await claudeDesktop.configure(host, managed)
      await host.write({ '~/Library/Application Support/gate/state/clients/claude-desktop/undo.json': text })
      const before = await theirs(host)
      for (const attempt of [() => claudeDesktop.configure(host, unmanaged), () => claudeDesktop.revert(host)]) {
        await expect(attempt()).rejects.toMatchObject({ code: 'ledger-corrupt' })
      }
      expect((await claudeDesktop.status(host, managed)).state).toBe('unknown')
      expect(await theirs(host)).toEqual(before)
      expect(machine.commands).toHaveLength(1)
      await machine.host.dispose()
    },
  )

  it('the time is over when root was just done: that is no failure', async () => {
    const machine = await mac()
    const { host } = machine
    machine.before = () => {
      const command = machine.commands.at(-1)?.replaceAll('/Library/Managed', host.toNative('/Library/Managed')) ?? ''
      expect(spawnSync('/bin/sh', ['-c', command]).status).toBe(0)
      return { code: null, timedOut: true }
    }
    expect((await claudeDesktop.configure(host, managed)).result).toBe('configured')
    expect(await status(host)).toMatchObject({ state: 'connected' })
    expect((await claudeDesktop.revert(host)).result).toBe('reverted')
    await expect(host.fs.stat(DIRECTORY)).rejects.toMatchObject({ code: 'ENOENT' })
    await machine.host.dispose()
  })

  it('over SSH sudo must have been allowed before, and no dialog is opened', async () => {
    const machine = await mac({
      env: { SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' },
      programs: { [OSASCRIPT]: () => ({ code: 99 }) },
    })
    await expect(claudeDesktop.configure(machine.host, managed)).rejects.toMatchObject({
      code: 'elevation-refused',
      fix: { action: 'run', command: 'sudo -v' },
    })
    expect(machine.sudo).toEqual([['-n', '-v']])
    machine.sudoAllowed = true
    await claudeDesktop.configure(machine.host, managed)
    expect(machine.sudo.at(-1)?.slice(0, 4)).toEqual(['-n', '--', '/bin/sh', '-c'])
    await machine.host.dispose()
  })
})
