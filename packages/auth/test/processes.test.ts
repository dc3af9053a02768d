import { expect, it } from 'vitest'
import { runHelper, startHelper } from './harness/helper-processes.js'
import { type Machine, signInWithFile } from './harness/machine.js'
import { suite } from './harness/suite.js'

const context = suite()
const HELPERS = 10
// Ten processes share two cores with the rest of the suite.
const LIMIT = { timeout: 30_000 }
const many = <T>(run: (index: number) => T): T[] => Array.from({ length: HELPERS }, (_, index) => run(index))

it(
  'S113 A1 ten helpers at the moment of expiry: one refresh, ten equal tokens, no refresh token used twice',
  LIMIT,
  async () => {
    const { gateway } = context
    const machine = await signInWithFile(context)
    const before = (await machine.cached()).token
    await machine.expire()
    const results = await Promise.all(many(() => runHelper(machine, gateway)))
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(many(() => ({ code: 0, stderr: '' })))
    expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
    expect(results[0]?.stdout).not.toContain(before)
    expect(gateway.counters).toMatchObject({ tokenRequests: 1, logins: 0, browserStarts: 0 })
    // Had it been used twice, the issuer would have revoked the grant.
    await machine.expire()
    expect((await runHelper(machine, gateway)).code).toBe(0)
  },
)

it('S114 ten helpers and nobody signed in: one browser, ten equal tokens', LIMIT, async () => {
  const { gateway, machine } = context
  const results = await Promise.all(
    many(() => runHelper(machine, gateway, { interaction: 'detached', waitMs: 30_000 })),
  )
  expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(many(() => ({ code: 0, stderr: '' })))
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1)
  expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1, tokenRequests: 1 })
})

it('A11 a denied login is not repeated by the helpers that follow: code 3, one browser', LIMIT, async () => {
  const { gateway, machine } = context
  gateway.set({ consent: 'deny' })
  const detached = { interaction: 'detached', waitMs: 30_000 }
  const first = await Promise.all([1, 2, 3].map(() => runHelper(machine, gateway, detached)))
  const later = await runHelper(machine, gateway, detached)
  for (const { code, stdout, stderr } of [...first, later]) {
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toMatch(/^login-denied: .*denied/)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  }
  expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 0 })
})

it(
  'A11 a login that nobody completes: the helper gives up after its client’s patience, the login goes on without it',
  LIMIT,
  async () => {
    const { gateway, machine } = context
    const hanging = await machineBrowser(machine)
    const env = { BROWSER: hanging }
    const impatient = await runHelper(machine, gateway, { interaction: 'detached', waitMs: 1500 }, env)
    expect(impatient).toMatchObject({ code: 3, stdout: '' })
    expect(impatient.stderr).toMatch(/^login-pending: /)
    // The next helper waits for the same login; the person completes it now, in the page that is open.
    const patient = startHelper(machine, gateway, { interaction: 'detached', waitMs: 30_000 }, env)
    const record = machine.host.path.join(machine.host.directories.state, 'login', 'default.json')
    // On a busy machine the login may not have got as far when the first helper gives up.
    let url: string | undefined
    while (url === undefined) {
      await machine.host.clock.sleep(20)
      url = (JSON.parse(await machine.host.fs.readFile(record, 'utf8')) as { url?: string }).url
    }
    await gateway.visit(url)
    const { code, stdout } = await patient.finished
    expect(code).toBe(0)
    expect(stdout.trim()).toBe((await machine.cached()).token)
    expect(gateway.counters.authorizationRequests).toBe(1)
  },
)

it(
  'A22 after a logout among running helpers no token is handed out any more, and the issuer knows',
  LIMIT,
  async () => {
    const { gateway } = context
    const machine = await signInWithFile(context)
    await machine.expire()
    const helpers = [1, 2, 3, 4].map(() => runHelper(machine, gateway))
    const logout = await runHelper(machine, gateway, { command: 'logout' })
    expect(JSON.parse(logout.stdout)).toEqual({ wasSignedIn: true, revocation: 'revoked' })
    await Promise.all(helpers)
    const after = await runHelper(machine, gateway)
    expect(after).toMatchObject({ code: 3, stdout: '' })
    expect(gateway.counters.revocationRequests).toBeGreaterThan(0)
  },
)

/** A browser that never ends and signs nobody in. */
async function machineBrowser(machine: Machine): Promise<string> {
  const path = machine.host.path.join(machine.home, 'slow browser')
  await machine.host.fs.writeFile(path, '#!/bin/sh\nexec sleep 20\n', { mode: 0o755 })
  return path
}
