import { afterEach, beforeEach, expect, test } from 'vitest'
import { snapshot } from '../../../sdk/test/harness/snapshot.js'
import { createMachine, errorOf, json, type Machine } from '../harness/machine.js'

let machine: Machine

beforeEach(async () => {
  machine = await createMachine()
})

afterEach(async () => {
  await machine.remove()
})

async function set(...pairs: [string, string][]): Promise<void> {
  for (const [key, value] of pairs) {
    const { code, stderr } = await machine.gate('config', 'set', key, value)
    expect(stderr).toBe('')
    expect(code).toBe(0)
  }
}

const TRIO: [string, string][] = [
  ['gateway-url', 'https://llm.example.com'],
  ['issuer', 'https://login.example.com'],
  ['client-id', 'gate'],
]

test('S1 what was set is what config show --json says', async () => {
  await set(...TRIO)
  const shown = json(await machine.gate('config', 'show', '--json'))
  expect(shown).toMatchObject({
    schemaVersion: 1,
    profile: 'default',
    configured: true,
    problems: [],
    gatewayUrl: 'https://llm.example.com',
    auth: { kind: 'oidc', issuer: 'https://login.example.com', clientId: 'gate' },
    clients: [],
  })
})

test('S2 a plain http gateway is refused and named', async () => {
  const refused = await machine.gate('config', 'set', 'gateway-url', 'http://llm.example.com')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('gatewayUrl')
  expect(refused.stderr).toContain('https')
  expect(await machine.exists('.config/gate/config.json')).toBe(false)
})

test('S3 the gateway alone can be saved, the rest later', async () => {
  await set(['gateway-url', 'https://llm.example.com'])
  expect((await machine.gate('config', 'get', 'gateway-url')).stdout).toBe('https://llm.example.com\n')
  const shown = json(await machine.gate('config', 'show', '--json'))
  expect(shown).toMatchObject({ configured: false, gatewayUrl: 'https://llm.example.com', auth: null })
})

test('S4 without a configuration, config show says so and succeeds, and writes nothing', async () => {
  const shown = await machine.gate('config', 'show')
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain('not configured')
  expect(await machine.exists('.config/gate/config.json')).toBe(false)
})

test('S5 config show names the three values', async () => {
  await set(...TRIO)
  const { stdout } = await machine.gate('config', 'show')
  for (const [, value] of TRIO) expect(stdout).toContain(value)
})

test('S6 config reset forgets everything', async () => {
  await set(...TRIO)
  expect((await machine.gate('config', 'reset')).code).toBe(0)
  expect((await machine.gate('config', 'show')).stdout).toContain('not configured')
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ gatewayUrl: null, auth: null })
})

test.each([0, 1, 2])('S7 without value %i of the three, nothing counts as configured', async (missing) => {
  await set(...TRIO.filter((_, index) => index !== missing))
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ configured: false })
  const token = await machine.gate('token')
  expect(token).toMatchObject({ code: 2, stdout: '' })
  expect(token.stderr).toContain('not configured')
})

test.each([
  ['gateway-url', 'http://llm.example.com'],
  ['gateway-url', 'llm.example.com'],
  ['gateway-url', 'https://user:pass@llm.example.com'],
  ['gateway-url', 'https://llm.example.com/?a=b'],
  ['issuer', 'not-a-url'],
  ['issuer', 'http://login.example.com'],
  ['callback-port', '100'],
  ['callback-port', '99999'],
  ['callback-port', 'eighty'],
  ['auth', 'password'],
  ['secret-store', 'clipboard'],
  ['ca-file', '/does/not/exist.pem'],
  ['headers.Authorization', 'Bearer x'],
])('S8 %s %j is refused and nothing is saved', async (key, value) => {
  const refused = await machine.gate('config', 'set', key, value, '--json')
  expect(refused.code).toBe(2)
  expect(errorOf(refused)).toMatchObject({ code: 'invalid-config' })
  expect(refused.stdout).toBe('')
  expect(await machine.exists('.config/gate/config.json')).toBe(false)
})

test('S8 callback ports in the registered range are fine', async () => {
  await set(...TRIO, ['callback-port', '8080'])
  expect((await machine.gate('config', 'get', 'callback-port')).stdout).toBe('8080\n')
})

test('S9 every wrong value of one command line is named at once', async () => {
  const refused = await machine.gate(
    ...['setup', '--gateway-url', 'http://llm.example.com', '--issuer', 'not-a-url', '--callback-port', '80'],
    ...['--client-id', 'gate', '--yes'],
  )
  expect(refused.code).toBe(2)
  for (const field of ['gatewayUrl', 'auth.issuer', 'auth.callbackPort']) expect(refused.stderr).toContain(field)
})

test('S10 what is not given stays, what is given empty is gone', async () => {
  await set(...TRIO, ['audience', 'llm'], ['models', 'model-a,model-b'])
  await set(['gateway-url', 'https://other.example.com'])
  expect((await machine.gate('config', 'get', 'audience')).stdout).toBe('llm\n')
  await set(['audience', ''], ['models', ''])
  expect(await machine.gate('config', 'get', 'audience')).toMatchObject({ code: 1, stdout: '' })
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ models: null })
})

test('S10 an empty path means none, which is not the same as not knowing it', async () => {
  await set(...TRIO, ['anthropic-path', ''])
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ anthropicPath: '', openaiPath: null })
  expect((await machine.gate('config', 'unset', 'anthropic-path')).code).toBe(0)
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ anthropicPath: null })
})

test('S11 the model list is replaced as a whole', async () => {
  await set(['models', 'model-a, model-b'])
  await set(['models', 'model-c'])
  expect((await machine.gate('config', 'get', 'models')).stdout).toBe('model-c\n')
})

test('S12 scopes are saved as given; what sign-in adds is not written back', async () => {
  await set(...TRIO, ['scopes', 'openid profile'])
  expect((await machine.gate('config', 'get', 'scopes')).stdout).toBe('openid,profile\n')
})

test('S13 config show has a line for what is set and none for what is not', async () => {
  await set(...TRIO)
  expect((await machine.gate('config', 'show')).stdout).not.toContain('audience')
  await set(['audience', 'llm'], ['headers.X-Team', 'blue'])
  const { stdout } = await machine.gate('config', 'show')
  expect(stdout).toMatch(/^audience +llm$/m)
  expect(stdout).toMatch(/^headers\.X-Team +blue$/m)
})

test('S14 unknown flags and settings are usage errors', async () => {
  const flag = await machine.gate('config', 'show', '--format', 'xml')
  expect(flag).toMatchObject({ code: 2, stdout: '' })
  const key = await machine.gate('config', 'set', 'nonsense', '1', '--json')
  expect(key.code).toBe(2)
  expect(errorOf(key)).toMatchObject({ code: 'invalid-argument' })
  expect(errorOf(key).fix).toContain('gateway-url')
})

test('settings are found under the names of config.json, too', async () => {
  await set(['gatewayUrl', 'https://llm.example.com'], ['auth.clientId', 'gate'])
  expect((await machine.gate('config', 'get', 'gateway-url')).stdout).toBe('https://llm.example.com\n')
  expect((await machine.gate('config', 'get', 'auth.clientId')).stdout).toBe('gate\n')
})

test('a broken config.json is named with its line, and reset starts again', async () => {
  const file = await machine.write('.config/gate/config.json', '{\n  "version": 1,\n  oops\n}\n')
  const shown = await machine.gate('config', 'show', '--json')
  expect(shown.code).toBe(2)
  expect(errorOf(shown)).toMatchObject({ code: 'invalid-config', file, line: 3 })
  expect((await machine.gate('config', 'reset')).code).toBe(0)
  expect((await machine.gate('config', 'show')).code).toBe(0)
})

test('profiles are apart, and GATE_PROFILE chooses one', async () => {
  await machine.gate('config', 'set', 'gateway-url', 'https://a.example.com')
  await machine.gate('config', 'set', 'gateway-url', 'https://b.example.com', '--profile', 'work')
  const chosen = await machine.gateWith({ env: { GATE_PROFILE: 'work' } }, 'config', 'get', 'gateway-url')
  expect(chosen.stdout).toBe('https://b.example.com\n')
  expect((await machine.gate('config', 'get', 'gateway-url')).stdout).toBe('https://a.example.com\n')
  expect((await machine.gate('config', 'get', 'gateway-url', '--profile', '../x')).code).toBe(2)
})

test('options of single clients are set, shown and unset one by one', async () => {
  await set(['options.claude-desktop.auth', 'native'], ['options.codex.colour', 'red'])
  expect((await machine.gate('config', 'get', 'options.claude-desktop.auth')).stdout).toBe('native\n')
  expect((await machine.gate('config', 'show')).stdout).toMatch(/^options\.claude-desktop\.auth +native$/m)
  expect((await machine.gate('config', 'unset', 'options.codex.colour')).code).toBe(0)
  const shown = json(await machine.gate('config', 'show', '--json'))
  expect(shown).toMatchObject({ options: { 'claude-desktop': { auth: 'native' } } })
  expect((await machine.gate('config', 'unset', 'options.claude-desktop.auth')).code).toBe(0)
  expect(json(await machine.gate('config', 'show', '--json'))).toMatchObject({ options: null })
})

test('an option that has no client or no name is a usage error', async () => {
  for (const option of ['auth=native', 'claude-desktop.auth', '.auth=x', 'a.b.c=x']) {
    const refused = await machine.gate('setup', '--option', option, '--json')
    expect(refused.code, option).toBe(2)
    expect(errorOf(refused)).toMatchObject({ code: 'invalid-argument', message: expect.stringContaining(option) })
  }
})

test('reset of nothing leaves nothing behind', async () => {
  const before = await snapshot(machine.home)
  expect((await machine.gate('config', 'reset')).code).toBe(0)
  expect(await snapshot(machine.home)).toEqual(before)
})

test('a configuration that somebody else put there is reset, and what that needed goes with --purge', async () => {
  await machine.write('.config/gate/config.json', '{ "version": 1, "activeProfile": "default", "profiles": {} }\n')
  const before = Object.keys(await snapshot(machine.home))
  expect((await machine.gate('config', 'reset')).code).toBe(0)
  expect((await machine.gate('teardown', '--purge')).code).toBe(0)
  const gone = ['.config/gate', '.config/gate/config.json']
  expect(Object.keys(await snapshot(machine.home))).toEqual(before.filter((name) => !gone.includes(name)))
})
