import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gateExecutable } from '../harness/client-programs.ts'
import { type CompanyNetwork, GATEWAY, ISSUER, startCompanyNetwork } from '../harness/proxied/company-network.ts'
import type { Finished } from '../harness/run-process.ts'
import { DEVICE_PROMPT, shownText } from '../harness/sign-in/shown-text.ts'
import { type CallOptions, createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const PASSWORD = 'Hunter2-of-the-proxy'
const OPEN = { HTTPS_PROXY: 'http://127.0.0.1:3128' }
const WITH_PASSWORD = { HTTPS_PROXY: `http://me:${PASSWORD}@127.0.0.1:3128` }

let gateway: DevGateway
let home: ThrowawayHome
let network: CompanyNetwork

beforeEach(async () => {
  gateway = await startDevGateway({ anthropicPath: '/anthropic', openaiPath: '/openai', deviceInterval: 1 })
  home = await createHome({ gateway, clients: 'stub' })
  network = await startCompanyNetwork(gateway, home.root, (content) => home.write('hosts', content))
})
afterEach(async () => {
  await network.stop()
  await gateway.stop()
  await home.remove()
})

type Way = 'behindProxy' | 'direct'

function gate(way: Way, args: readonly string[], options?: CallOptions): Promise<Finished> {
  const line = network[way](process.execPath, [gateExecutable, ...args])
  return home.run(line.command, line.args, options)
}

/** Signs in with a device code, which somebody confirms outside, because no browser is in there. */
async function setUp(way: Way, env: Record<string, string>): Promise<Finished> {
  const connection = ['--gateway-url', GATEWAY, '--issuer', ISSUER, '--client-id', gateway.clientId]
  const shown = shownText(DEVICE_PROMPT)
  const args = ['setup', '--device', '--client', 'claude-code', ...connection, '--ca-file', network.caFile]
  const finished = gate(way, args, { env, onStderr: shown.onStderr })
  const ended = finished.then(() => undefined)
  const found = await Promise.race([shown.found, ended])
  if (found) await gateway.visit(found.groups?.address ?? '')
  return finished
}

interface Report {
  readonly checks: readonly { id: string; result: string; detail: string }[]
}

/** Without what differs from look to look, and the row of the proxy. */
async function reports(way: Way, env: Record<string, string>) {
  const doctor = await gate(way, ['doctor', '--json'], { env })
  const live = await gate(way, ['status', '--live', '--json'], { env })
  const { checks, ...rest } = JSON.parse(doctor.stdout) as Report
  const withoutTimes = (_name: string, value: unknown) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? 'a time' : value
  return {
    proxy: checks.filter(({ id }) => id === 'proxy'),
    same: {
      codes: [doctor.code, live.code],
      doctor: { ...rest, checks: checks.filter(({ id }) => id !== 'proxy') },
      live: JSON.parse(live.stdout, withoutTimes),
    },
  }
}

describe.each([
  ['without a password', undefined, OPEN],
  ['with a password', `me:${PASSWORD}`, WITH_PASSWORD],
])('behind a proxy %s', (_name, wants, env) => {
  it('setup, status and doctor see what they see without it', async () => {
    network.wants(wants)
    const setup = await setUp('behindProxy', env)
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    expect(await home.read('home/.claude/settings.json')).toContain(`"${GATEWAY}/anthropic"`)
    expect(new Set(network.connects)).toEqual(new Set(['gateway.internal:443', 'login.internal:443']))

    const behind = await reports('behindProxy', env)
    const asked = network.connects.length
    const direct = await reports('direct', {})
    expect(network.connects).toHaveLength(asked)
    expect(behind.same).toEqual(direct.same)
    const passed = behind.same.doctor.checks.filter(({ result }) => result === 'pass').map(({ id }) => id)
    expect(passed).toEqual(
      expect.arrayContaining(['issuer', 'gateway', 'gateway.anthropic', 'gateway.anthropic.token']),
    )
    expect(direct.proxy).toEqual([])
    const way = 'is asked through http://127.0.0.1:3128 (HTTPS_PROXY)'
    expect(behind.proxy).toMatchObject([{ result: 'pass', detail: `${GATEWAY} ${way}; ${ISSUER} ${way}` }])
    expect(JSON.stringify([setup, behind])).not.toContain(PASSWORD)
  })
})

it('a gateway that leads elsewhere is refused behind the proxy, too', async () => {
  gateway.set({ redirect: { status: 307, location: 'https://elsewhere.internal/anthropic/v1/messages' } })
  const setup = await setUp('behindProxy', OPEN)
  expect(setup).toMatchObject({ code: 2, stderr: expect.stringContaining('https://elsewhere.internal') })
  expect(new Set(network.connects)).toEqual(new Set(['gateway.internal:443']))
})

it('a wrong password of the proxy is told as such, and never shown', async () => {
  network.wants('me:another')
  const setup = await setUp('behindProxy', WITH_PASSWORD)
  expect(setup.code).toBe(6)
  expect(setup.stderr).toContain('does not accept the user name and password in HTTPS_PROXY (407)')

  network.wants(undefined)
  const good = await setUp('behindProxy', OPEN)
  expect(good, good.stderr).toMatchObject({ code: 0 })
  network.wants('me:another')
  const doctor = await gate('behindProxy', ['doctor', '--json'], { env: WITH_PASSWORD })
  const { checks } = JSON.parse(doctor.stdout) as Report
  for (const id of ['issuer', 'gateway']) {
    const check = checks.find((each) => each.id === id)
    expect(check).toMatchObject({
      result: 'fail',
      detail: expect.stringContaining('(407)'),
      fix: expect.stringContaining('HTTPS_PROXY'),
    })
  }
  const live = await gate('behindProxy', ['status', '--live', '--json'], { env: WITH_PASSWORD })
  expect(live.stdout).toContain('"proxy-auth-required"')
  expect(JSON.stringify([setup, doctor, live])).not.toContain(PASSWORD)
})

it('without the variable nothing is reached, and SOCKS is named', async () => {
  expect(await setUp('behindProxy', {})).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('cannot be found in the DNS'),
  })
  const socks = await setUp('behindProxy', { ALL_PROXY: `socks5://me:${PASSWORD}@127.0.0.1:3128` })
  expect(socks).toMatchObject({ code: 2, stderr: expect.stringContaining('ALL_PROXY names a SOCKS proxy') })
  expect(socks.stderr).not.toContain(PASSWORD)
  expect(network.connects).toEqual([])
})
