import { readdir, writeFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { runHelper } from '../harness/helper-processes.js'
import { createMachine, type Machine, signInWithFile } from '../harness/machine.js'
import { suite } from '../harness/suite.js'

const context = suite()
// Each is a process that refreshes, is killed, and one that comes after it.
const AT_ONCE = 4

async function signedInMachine(): Promise<Machine> {
  const machine = await createMachine()
  await signInWithFile({ gateway: context.gateway, machine })
  await machine.expire()
  return machine
}

it('A2 killed before any file-system call of a refresh: the next helper goes on, without a login', {
  timeout: 120_000,
}, async () => {
  const { gateway } = context
  gateway.set({ rotationGrace: 600 })
  const first = await signedInMachine()
  const whole = await runHelper(first, gateway, { killAt: 0 })
  await first.remove()
  const points = Number(whole.stderr)
  expect(points).toBeGreaterThan(15)

  const pending = Array.from({ length: points }, (_, index) => index + 1)
  const killed: number[] = []
  const worker = async () => {
    for (let killAt = pending.shift(); killAt !== undefined; killAt = pending.shift()) {
      const machine = await signedInMachine()
      const { code } = await runHelper(machine, gateway, { killAt })
      if (code === null) killed.push(killAt)
      const next = await runHelper(machine, gateway)
      expect(next, `killed at ${killAt}: ${next.stderr}`).toMatchObject({ code: 0, stderr: '' })
      await machine.remove()
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  expect(killed.length).toBeGreaterThanOrEqual(points - 1)
  expect(gateway.counters.browserStarts).toBe(0)
})

it.each(['token', 'logout'] as const)(
  'F18 A22 what a killed helper had not yet put in place is gone after the next %s',
  async (command) => {
    const { gateway, machine } = context
    await signInWithFile({ gateway, machine })
    await machine.expire()
    const { config, state, cache } = machine.host.directories
    // As they lie there when the kill comes just before the rename, from a process that is gone.
    const names = [
      `${cache}/tokens/.default.json.gate-999999999-0123456789abcdef.tmp`,
      `${state}/sign-in/.default.json.gate-999999999-0123456789abcdef.tmp`,
      `${config}/.secrets.enc.gate-999999999-0123456789abcdef.tmp`,
    ]
    for (const name of names) await writeFile(name, 'a token', { mode: 0o600 })
    expect(await runHelper(machine, gateway, { command })).toMatchObject({ code: 0, stderr: '' })
    const left = await readdir(machine.home, { recursive: true })
    // A refresh does not write the record, which holds nothing secret.
    const kept = command === 'token' ? [expect.stringContaining('sign-in')] : []
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual(kept)
  },
)

it('A2 killed after the issuer rotated the token, without any grace: exactly one login, never a loop', async () => {
  const { gateway, machine } = context
  gateway.set({ rotationGrace: 0 })
  await signInWithFile({ gateway, machine })
  await machine.expire()
  gateway.failToken({ kind: 'lost', grantType: 'refresh_token' })
  for (let call = 0; call < 2; call++) expect(await runHelper(machine, gateway)).toMatchObject({ code: 3, stdout: '' })
  gateway.clearRequests()
  const detached = { interaction: 'detached', waitMs: 20_000 }
  for (let call = 0; call < 3; call++) expect(await runHelper(machine, gateway, detached)).toMatchObject({ code: 0 })
  expect(gateway.counters).toMatchObject({ logins: 1, browserStarts: 1 })
})
