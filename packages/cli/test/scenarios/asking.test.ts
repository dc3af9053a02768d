import { readFile, rm, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { installPlugin } from '../../../sdk/test/harness/foreign-plugin.js'
import { ASKED_PLUGIN } from '../harness/asked-plugin.js'
import { connectionFlags, createMachine, errorOf, json, type Machine } from '../harness/machine.js'

interface Client {
  readonly id: string
  readonly state: string
  readonly confirmedBy: { readonly program: string; readonly version: string | null; readonly at: string } | null
  readonly reasons: readonly { readonly code: string; readonly message: string; readonly fix: string | null }[]
  readonly notes: readonly { readonly code: string; readonly message: string }[]
}

let gateway: DevGateway
let machine: Machine

beforeAll(async () => {
  gateway = await startDevGateway()
})

afterAll(async () => {
  await gateway.stop()
})

const CONFIRMS = { kind: 'confirms', program: 'asked' }
const DENIES = {
  kind: 'denies',
  program: 'asked',
  about: 'elsewhere',
  reasons: [
    {
      code: 'uses-another',
      severity: 'error',
      message: 'It uses another endpoint.',
      fix: { action: 'advice', text: 'Take that away.' },
    },
  ],
}
const REFUSES = {
  kind: 'denies',
  program: 'asked',
  about: 'file',
  reasons: [
    { code: 'own', severity: 'error', message: 'invalid value: "x"', place: { file: '/home/asked.json', line: 3 } },
  ],
}

/** In the words of a client that counts the lines of the file which it read. */
const refusal = (file: string, line: number) => ({
  ...REFUSES,
  reasons: [
    {
      code: 'own',
      severity: 'error',
      message: 'invalid value: "x"',
      place: { file, line },
      fix: { action: 'advice', text: `Correct ${file}, line ${line}.` },
    },
  ],
})

beforeEach(async () => {
  machine = await createMachine({ gateway, clients: [] })
  const directory = await installPlugin(machine.home, 'asked', ASKED_PLUGIN)
  await machine.gate('config', 'set', 'plugins', directory)
  await answers(CONFIRMS)
})

afterEach(async () => {
  await machine.remove()
})

const answers = (answer: unknown) => writeFile(machine.path('answer.json'), JSON.stringify(answer))
const setup = (...args: string[]) => machine.gate('setup', ...connectionFlags(gateway), ...args)
const client = async (given: { env?: Record<string, string>; cwd?: string } = {}, ...args: string[]) => {
  const { clients } = json<{ clients: Client[] }>(await machine.gateWith(given, 'status', 'asked', '--json', ...args))
  return clients[0] as Client
}
const questions = async () =>
  (await readFile(machine.path('questions.log'), 'utf8').catch(() => '')).split('\n').length - 1

describe('connected means that the client said so', () => {
  test('setup ends with the question, and status tells who confirmed it', async () => {
    const done = await setup('--json')
    expect(json<{ clients: Client[] }>(done).clients.find(({ id }) => id === 'asked')).toMatchObject({
      result: 'configured',
      confirmedBy: { program: 'asked', version: '1.2.3' },
    })
    expect(await client()).toMatchObject({
      state: 'connected',
      confirmedBy: { program: 'asked', version: '1.2.3', at: expect.stringMatching(/^\d{4}-/) },
    })
    expect((await machine.gate('status', 'asked')).stdout).toMatch(
      /Asked +connected +1\.2\.3 +confirmed by asked 1\.2\.3/,
    )
    expect((await machine.gate('status', '--no-ask', 'asked')).stdout).toContain('not confirmed')
  })

  test('the answer is remembered for this situation, and asked for anew when something that counts changes', async () => {
    await setup()
    expect(await questions()).toBe(1)
    await client()
    await client()
    expect(await questions()).toBe(1)
    const changes: (() => Promise<unknown>)[] = [
      () => writeFile(machine.path('layer.json'), '{}'),
      () => writeFile(machine.path('layer.json'), '{ }'),
      () => client({ env: { ASKED_LAYER: 'x' } }),
      () => client({ cwd: machine.home }),
      () => rm(machine.path('layer.json')),
    ]
    let expected = 1
    for (const change of changes.slice(0, 4)) {
      await change()
      await client()
      expected += 1
      expect(await questions()).toBe(expected)
    }
    // As it was at setup: that answer still stands.
    await changes[4]?.()
    await client()
    expect(await questions()).toBe(expected)
    const kept = await readFile(machine.path('.cache/gate/answers/asked.json'), 'utf8')
    expect(kept).not.toContain('ASKED_LAYER')
  })

  test('--no-ask asks nobody and believes no remembered answer', async () => {
    await setup()
    await answers(DENIES)
    expect(await client({}, '--no-ask')).toMatchObject({ state: 'connected', confirmedBy: null })
    expect(await questions()).toBe(1)
  })

  test('setup --no-ask asks nobody and configures all the same', async () => {
    const { clients } = json<{ clients: Client[] }>(await setup('--no-ask', '--json'))
    expect(clients.find(({ id }) => id === 'asked')).toMatchObject({ result: 'configured', confirmedBy: null })
    expect(await questions()).toBe(0)
  })

  test('a contrary answer is never green', async () => {
    await setup()
    await answers(DENIES)
    await writeFile(machine.path('layer.json'), '{}')
    expect(await client()).toMatchObject({
      state: 'overridden',
      confirmedBy: null,
      reasons: [{ code: 'uses-another', fix: 'Take that away.' }],
    })
    await answers(REFUSES)
    await writeFile(machine.path('layer.json'), '[]')
    expect(await client()).toMatchObject({ state: 'drifted', reasons: [{ message: 'invalid value: "x"' }] })
  })

  test.each([
    ['throw'],
    [{ kind: 'silent', reason: { code: 'x', severity: 'error', message: 'no words' } }],
    [{ kind: 'perhaps' }],
    [null],
  ])('without an answer that can be used it is not confirmed: %j', async (answer) => {
    await setup()
    await answers(answer)
    await writeFile(machine.path('layer.json'), '{}')
    const seen = await client()
    expect(seen).toMatchObject({ state: 'connected', confirmedBy: null })
    expect(seen.notes).toContainEqual(expect.objectContaining({ code: 'not-confirmed' }))
    // What was not answered is not remembered.
    await answers(CONFIRMS)
    expect((await client()).confirmedBy).not.toBeNull()
  })

  test('a client that never answers keeps the others waiting for seconds only', async () => {
    await setup()
    await answers('hang')
    await writeFile(machine.path('layer.json'), '{}')
    const seen = await client()
    expect(seen.notes.map(({ message }) => message).join()).toMatch(/ask\(\) did not finish within 5 s|stopped/)
  }, 20_000)
})

describe('setup and a client that does not agree', () => {
  test('a client that refuses its file gets it back as it was', async () => {
    await machine.write('asked.json', '{\n  "theme": "x" // mine\n}\n')
    await answers(REFUSES)
    const done = await setup('--json')
    expect(done.code).toBe(5)
    const [seen] = json<{ clients: unknown[] }>(done).clients
    expect(seen).toMatchObject({
      result: 'failed',
      error: { code: 'client-refuses-file', message: 'invalid value: "x"', file: '/home/asked.json', line: 3 },
    })
    expect(await machine.read('asked.json')).toBe('{\n  "theme": "x" // mine\n}\n')
    expect((await client()).state).toBe('detected')
  })

  test.each([
    ['that it refuses as well', 2, (file: string) => refusal(file, 2)],
    ['that it takes', null, () => CONFIRMS],
  ])('the line that is told is one of the file without what gate wrote: one %s', async (_title, line, without) => {
    const file = machine.path('asked.json')
    await machine.write('asked.json', '{\n  "theme": "x" // mine\n}\n')
    await answers(refusal(file, 3))
    await writeFile(machine.path('without.json'), JSON.stringify(without(file)))
    const done = await setup('--json')
    const [seen] = json<{ clients: { error: { line?: number } }[] }>(done).clients
    expect(seen?.error).toMatchObject({ code: 'client-refuses-file', message: 'invalid value: "x"', file })
    expect(seen?.error.line ?? null).toBe(line)
    expect(JSON.stringify(seen?.error)).not.toContain('line 3')
  })

  test('what an earlier setup wrote is left to it', async () => {
    await setup()
    const before = await machine.read('asked.json')
    await answers(REFUSES)
    expect((await setup()).code).toBe(5)
    expect(await machine.read('asked.json')).toBe(before)
    expect((await client()).state).toBe('drifted')
  })

  test('a client that uses something else keeps the files, and setup says so', async () => {
    await answers(DENIES)
    const done = await setup()
    expect(done.code).toBe(0)
    expect(done.stdout).toContain('! Asked configured, but does not use it')
    expect(done.stdout).toContain('It uses another endpoint.')
    expect(await machine.exists('asked.json')).toBe(true)
  })

  test('a dry run asks nobody', async () => {
    expect((await setup('--dry-run')).code).toBe(0)
    expect(await questions()).toBe(0)
  })
})

describe('green needs a way to a token', () => {
  test('nobody is signed in', async () => {
    await setup('--lazy')
    expect(await client()).toMatchObject({
      state: 'no-token',
      reasons: [{ code: 'login-required', fix: 'gate login' }],
    })
    expect((await machine.gate('status', '--exit-code')).code).toBe(3)
    expect((await machine.gate('status')).code).toBe(0)
  })

  test('a logout takes the green away, a login brings it back', async () => {
    await setup()
    expect((await client()).state).toBe('connected')
    await machine.gate('logout')
    expect((await client()).state).toBe('no-token')
    await machine.gate('login')
    expect((await client()).state).toBe('connected')
  })

  test('the store cannot be opened', async () => {
    await setup()
    gateway.expireAccessTokens()
    await rm(machine.path('.cache/gate/tokens'), { recursive: true })
    const seen = await client({ env: { GATE_SECRET_STORE_PASSPHRASE: 'another one' } })
    expect(seen.state).toBe('no-token')
    expect(seen.reasons.map(({ code }) => code).join()).toMatch(/secret-store/)
  })

  test('the exit code of --exit-code: 0 all connected, 1 none, 3 a login, 4 some', async () => {
    expect((await machine.gate('status', '--exit-code', '--json')).code).toBe(1)
    await setup()
    expect((await machine.gate('status', '--exit-code')).code).toBe(0)
    await answers(DENIES)
    await writeFile(machine.path('layer.json'), '{}')
    expect((await machine.gate('status', '--exit-code')).code).toBe(1)
  })
})

describe('one fact, one finding', () => {
  test('a moved gateway is told by its cause, not by the keys that differ', async () => {
    await setup()
    await machine.gate('config', 'set', 'gateway-url', 'https://moved.example.com')
    const seen = await client()
    expect(seen).toMatchObject({ state: 'drifted' })
    expect(seen.reasons).toEqual([
      expect.objectContaining({
        code: 'connection-changed',
        message: expect.stringContaining('gateway-url'),
        fix: 'gate setup --client asked',
      }),
    ])
  })

  test('what the user changed besides is told as well', async () => {
    await setup()
    await machine.gate('config', 'set', 'gateway-url', 'https://moved.example.com')
    await machine.write('asked.json', '{ "gateway": "https://mine.example.com" }')
    expect((await client()).reasons.map(({ code }) => code)).toEqual(['connection-changed', 'drift-changed'])
  })

  test('a helper that is gone is told once', async () => {
    const codex = await createMachine({ gateway, clients: ['codex'] })
    await codex.gate('setup', ...connectionFlags(gateway))
    await rm(codex.path(codex.helper(gateway.url)))
    const { clients } = json<{ clients: Client[] }>(await codex.gate('status', 'codex', '--json'))
    expect(clients[0]?.reasons.map(({ code }) => code)).toEqual(['helper-missing'])
    await codex.remove()
  })
})

test('an unknown profile is no prototype of objects', async () => {
  const refused = await machine.gate('status', '--profile', 'constructor', '--json')
  expect(refused.code === 0 || errorOf(refused).code !== 'internal').toBe(true)
})
