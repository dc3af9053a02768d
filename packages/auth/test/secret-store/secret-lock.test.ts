import { chmod, mkdir, readdir } from 'node:fs/promises'
import { gatePaths } from '@gate/core'
import { expect, it } from 'vitest'
import { withSecretLock } from '../../src/secret-store/secret-lock.js'
import { createMachine, signIn } from '../harness/machine.js'
import { codeOf, suite } from '../harness/suite.js'

// Without GATE_HOME the directories can be moved one by one.
const context = suite({}, () => ({ env: { GATE_HOME: '' } }))
const never = { interaction: 'never' } as const

it('A1 two processes with one grant and two state directories: one refresh', async () => {
  const { gateway, machine } = context
  const { home, keychain } = machine
  const other = await createMachine({ home, keychain, env: { GATE_HOME: '', XDG_STATE_HOME: `${home}/elsewhere` } })
  await signIn(machine, gateway)
  await machine.expire()
  gateway.clearRequests()
  gateway.failToken({ kind: 'slow', delayMs: 300 })
  const answers = await Promise.all([machine, other].map((each) => each.auth(gateway).accessToken(never)))
  expect(new Set(answers.map(({ token }) => token.reveal())).size).toBe(1)
  expect(gateway.counters.refreshRequests).toBe(1)
  // Had both asked with the same refresh token, the issuer would have ended the sign-in.
  await machine.expire()
  await other.auth(gateway).accessToken(never)
})

it('the lock lies with the state where the configuration is read-only', async () => {
  const { machine } = context
  const { config, state } = machine.host.directories
  const { secretLocks } = gatePaths(machine.host)
  await mkdir(config, { recursive: true })
  if (process.getuid?.() === 0) {
    // Nothing is read-only to root but a read-only file system.
    const { mkdir: make } = machine.host.fs
    machine.host.fs.mkdir = (async (path: string, options: never) => {
      if (String(path).startsWith(config)) throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
      return await make(path, options)
    }) as typeof make
  } else {
    await chmod(config, 0o500)
  }
  const held = await withSecretLock(machine.host, 'grant-default', () => readdir(`${state}/locks`))
  expect(held).toEqual(['grant-default.lock'])
  await expect(readdir(secretLocks)).rejects.toMatchObject({ code: 'ENOENT' })
  await chmod(config, 0o700)
})

it('what fails under the lock is not tried again', async () => {
  let calls = 0
  const failing = withSecretLock(context.machine.host, 'grant-default', async () => {
    calls++
    throw Object.assign(new Error('no'), { code: 'file-read-only' })
  })
  expect(await codeOf(failing)).toBe('file-read-only')
  expect(calls).toBe(1)
})
