import { readdir, readFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { expect, test } from 'vitest'
import { snapshot } from '../../sdk/test/harness/snapshot.js'
import { connectionFlags, createMachine, type Finished, type Machine } from './harness/machine.js'

const PASSPHRASE = 'CanaryPassphrase9f2a71c4'
const API_KEY = 'CanaryApiKey3b8d05e6f1'
const GIVEN = 'CanaryGivenToken77aa01bc'
const USERS = 'CanaryUserSecret51cd93ee'

interface Watched {
  readonly finished: readonly Finished[]
  readonly commandLines: ReadonlySet<string>
}

/** Runs commands and reads the command line of every process that belongs to them while they run. */
async function watch(
  machine: Machine,
  calls: readonly { args: readonly string[]; stdin?: string }[],
  env: Record<string, string>,
): Promise<Watched> {
  const commandLines = new Set<string>()
  const finished: Finished[] = []
  for (const { args, stdin } of calls) {
    let running = true
    const observing = (async () => {
      while (running) {
        for (const line of await commandLinesOf(machine.home)) commandLines.add(line)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    finished.push(await machine.gateWith({ env, ...(stdin === undefined ? {} : { stdin }) }, ...args))
    running = false
    await observing
  }
  return { finished, commandLines }
}

/** Command lines of processes whose environment has this home: ours and their children. */
async function commandLinesOf(home: string): Promise<string[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const lines = await Promise.all(
    ids.map(async (id) => {
      try {
        const environment = await readFile(`/proc/${id}/environ`, 'utf8')
        return environment.includes(`HOME=${home}\0`) ? await readFile(`/proc/${id}/cmdline`, 'utf8') : ''
      } catch {
        // It ended meanwhile, or belongs to somebody else.
        return ''
      }
    }),
  )
  return lines.filter((line) => line !== '')
}

function expectNowhere(secrets: readonly string[], places: Readonly<Record<string, string>>): void {
  for (const [place, text] of Object.entries(places)) {
    for (const secret of secrets) {
      // The name of the place, not the text: a failing test must not print what it found.
      const found = [secret, Buffer.from(secret).toString('base64').slice(0, -2), Buffer.from(secret).toString('hex')]
      expect(found.some((form) => text.includes(form)) ? `${secret.slice(0, 14)}… in ${place}` : 'nowhere').toBe(
        'nowhere',
      )
    }
  }
}

function outputs(watched: Watched, except: readonly string[] = []): Record<string, string> {
  const texts: Record<string, string> = { 'a command line': [...watched.commandLines].join('\n') }
  watched.finished.forEach(({ stdout, stderr }, index) => {
    if (!except.includes(`stdout ${index}`)) texts[`stdout ${index}`] = stdout
    texts[`stderr ${index}`] = stderr
  })
  return texts
}

const EVERYTHING = (gateway: DevGateway) => [
  { args: ['setup', ...connectionFlags(gateway), '--dry-run'] },
  { args: ['setup', ...connectionFlags(gateway), '--dry-run', '--json'] },
  { args: ['setup', ...connectionFlags(gateway)] },
  { args: ['setup', '--json'] },
  { args: ['status'] },
  { args: ['status', '--live', '--json'] },
  { args: ['list', '--json'] },
  { args: ['config', 'show', '--json'] },
  { args: ['doctor', '--report'] },
  { args: ['doctor', '--json'] },
  { args: ['setup', '--gateway-url', 'nonsense', '--json'] },
  { args: ['setup', '--client', 'nobody'] },
  { args: ['teardown', '--dry-run'] },
  { args: ['teardown', 'codex', '--json'] },
]

test('A18 secrets of a login appear in no file but their own, no output, no error and no command line', async () => {
  const gateway = await startDevGateway()
  const machine = await createMachine({ gateway })
  await machine.write('.claude/settings.json', `{\n  "env": { "MY_API_KEY": "${USERS}" }\n}\n`)
  await machine.write(
    '.codex/config.toml',
    `[model_providers.mine]\nname = "mine"\nexperimental_bearer_token = "${USERS}"\n`,
  )
  const env = { GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE, ANTHROPIC_AUTH_TOKEN: USERS }
  const watched = await watch(machine, EVERYTHING(gateway), env)
  expect(watched.finished[2]?.code).toBe(0)
  const token = (await machine.gateWith({ env }, 'token')).stdout.trim()
  expect(token.length).toBeGreaterThan(100)
  // The part that nobody can make up: a JWT's head is the same for all.
  const signature = token.split('.').at(-1) ?? ''
  expectNowhere([PASSPHRASE, USERS, signature], outputs(watched))
  expect([...watched.commandLines].some((line) => line.includes('setup'))).toBe(true)

  const files = { ...(await snapshot(machine.home)) }
  delete files['.cache/gate/tokens/default.json']
  expectNowhere([PASSPHRASE, signature], files)
  for (const file of ['.claude/settings.json', '.codex/config.toml']) delete files[file]
  expectNowhere([USERS], files)

  await machine.gateWith({ env }, 'teardown', '--purge')
  expectNowhere([PASSPHRASE, signature], await snapshot(machine.home))
  await machine.remove()
  await gateway.stop()
})

test('A18 an API key and a given token appear nowhere but on the helper’s stdout', async () => {
  const gateway = await startDevGateway({ auth: 'api-key', apiKeys: [API_KEY, GIVEN] })
  const machine = await createMachine({ gateway })
  const env = { GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE }
  const calls = [
    { args: ['setup', '--gateway-url', gateway.url, '--api-key-stdin', '--json'], stdin: `${API_KEY}\n` },
    { args: ['token'] },
    { args: ['status', '--live', '--json'] },
    { args: ['doctor', '--report'] },
    { args: ['login', '--api-key-stdin', '--json'], stdin: `${API_KEY} with blanks\n` },
    { args: ['config', 'show'] },
  ]
  const watched = await watch(machine, calls, env)
  expect(watched.finished[0]?.code).toBe(0)
  expect(watched.finished[1]?.stdout).toBe(`${API_KEY}\n`)
  expectNowhere([API_KEY, PASSPHRASE], outputs(watched, ['stdout 1']))
  expectNowhere([API_KEY, PASSPHRASE], await snapshot(machine.home))

  const given = { ...env, GATE_TOKEN: GIVEN }
  const withGiven = await watch(
    machine,
    [{ args: ['token'] }, { args: ['status', '--json'] }, { args: ['doctor', '--report'] }],
    given,
  )
  expect(withGiven.finished[0]?.stdout).toBe(`${GIVEN}\n`)
  expectNowhere([GIVEN], outputs(withGiven, ['stdout 0']))
  expectNowhere([GIVEN], await snapshot(machine.home))
  await machine.remove()
  await gateway.stop()
})
