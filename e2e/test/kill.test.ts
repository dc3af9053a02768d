import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { differences, type Snapshot, snapshot } from '../harness/home-snapshot.ts'
import {
  fingerprint,
  type KillPoint,
  killPoints,
  listCalls,
  runKilled,
  type SavedHome,
  saveHome,
} from '../harness/kill/kill-runs.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const SETTINGS = '{\n  "model": "sonnet"\n}\n'
const CONFIG = '# mine\nmodel = "gpt-5.2"  # fine\n\n[tools]\nview_image = true\n'
const OPENCODE = '{\n  "model": "x/y", // mine\n}\n'
const FILES = {
  'claude-code': ['.claude/settings.json'],
  codex: ['.codex/config.toml'],
  opencode: ['.config/opencode/opencode.jsonc', '.config/opencode/plugin/gate.js'],
} as const
const CLIENTS = Object.keys(FILES) as (keyof typeof FILES)[]
const ABSENT = 'no such file'
/** Homes in which kill points are tried at the same time. One, because another test file runs beside this one. */
const LANES = 1

/** A home at a path of its own, with its states before and after setup. */
interface Lane {
  readonly home: ThrowawayHome
  /** Signed in, no client configured. */
  readonly torn: SavedHome
  /** All clients configured. */
  readonly set: SavedHome
  /** The home before gate came. */
  readonly start: Snapshot
  readonly files: { readonly old: readonly string[][]; readonly new: readonly string[][] }
}

/** The texts of each client's files. */
const contents = (home: ThrowawayHome): Promise<string[][]> => {
  const read = (file: string) => readFile(join(home.home, file), 'utf8').catch(() => ABSENT)
  return Promise.all(CLIENTS.map((client) => Promise.all(FILES[client].map(read))))
}

async function openLane(gateway: DevGateway): Promise<Lane> {
  const home = await createHome({ gateway, clients: 'stub' })
  await home.write(`home/${FILES['claude-code'][0]}`, SETTINGS, 0o640)
  await home.write(`home/${FILES.codex[0]}`, CONFIG, 0o600)
  await home.write(`home/${FILES.opencode[0]}`, OPENCODE, 0o644)
  const start = await snapshot(home.home)
  const old = await contents(home)
  await succeed(home, ['setup', ...home.connection])
  await succeed(home, ['teardown', '--all'])
  const torn = await saveHome(home, 'torn')
  await succeed(home, ['setup', ...home.connection])
  const set = await saveHome(home, 'set')
  return { home, torn, set, start, files: { old, new: await contents(home) } }
}

async function succeed(home: ThrowawayHome, args: readonly string[]) {
  const finished = await home.gate(args)
  expect(finished, `gate ${args.join(' ')}: ${finished.stdout}${finished.stderr}`).toMatchObject({ code: 0 })
  return finished
}

type Verb = 'setup' | 'teardown'

/** Kills at one point and holds the files against old and new. @returns What the kill left, to be told apart. */
async function killAt(lane: Lane, verb: Verb, args: readonly string[], point: KillPoint): Promise<string> {
  const { home, files } = lane
  await (verb === 'setup' ? lane.torn : lane.set).restore()
  const killed = await runKilled(home, args, point)
  expect(killed.signal ?? killed.code, 'it was killed, or had no such call').toSatisfy(
    (end) => end === 'SIGKILL' || end === 0,
  )
  const [old, now, set] = [files.old, await contents(home), files.new].map((each) => each.flat())
  for (const [index, text] of (now ?? []).entries()) expect([old?.[index], set?.[index]]).toContain(text)
  return fingerprint(home, await snapshot(home.home))
}

/** Every command that may come next, each on its own copy of what the kill left. */
async function heal(lane: Lane): Promise<void> {
  const { home, files, start } = lane
  const left = await saveHome(home, 'left')

  // A look changes nothing, and calls nothing connected that is not as setup leaves it.
  const then = await contents(home)
  const { clients } = JSON.parse((await succeed(home, ['status', '--no-ask', '--json'])).stdout) as {
    clients: { id: string; state: string }[]
  }
  expect(await contents(home)).toEqual(then)
  const stateOf = (client: string) => clients.find(({ id }) => id === client)?.state
  for (const [index, client] of CLIENTS.entries()) {
    if (stateOf(client) === 'connected') expect(then[index]).toEqual(files.new[index])
  }

  // The next command that writes finishes or rolls back, so that also the files of one client agree.
  await home.gate(['config', 'reset'])
  for (const [index, texts] of (await contents(home)).entries()) {
    expect([files.old[index], files.new[index]]).toContainEqual(texts)
  }

  await left.restore()
  await succeed(home, ['setup', '--no-ask', ...home.connection])
  expect(await contents(home)).toEqual(files.new)
  await succeed(home, ['teardown', '--all', '--purge'])
  expect(differences(start, await snapshot(home.home))).toEqual([])

  await left.restore()
  await succeed(home, ['teardown', '--all', '--purge'])
  expect(differences(start, await snapshot(home.home))).toEqual([])
}

describe('S123 SIGKILL at every state of the disk', () => {
  let gateway: DevGateway
  const lanes: Lane[] = []
  beforeAll(async () => {
    gateway = await startDevGateway({ accessTokenLifetime: 86_400 })
    for (let count = 0; count < LANES; count++) lanes.push(await openLane(gateway))
  })
  afterAll(async () => {
    await gateway.stop()
    for (const { home } of lanes) await home.remove()
  })

  it.each(['setup', 'teardown'] as const)(
    'of a %s that touches all clients leaves old or new, and heals',
    { timeout: 1_200_000 },
    async (verb) => {
      const [first] = lanes
      if (first === undefined) throw new Error('no lane')
      const args = verb === 'setup' ? ['setup', ...first.home.connection] : ['teardown', '--all']
      await (verb === 'setup' ? first.torn : first.set).restore()
      const calls = await listCalls(first.home, args)
      const points = killPoints(calls)
      expect(points.length).toBeGreaterThanOrEqual(50)

      const failures: string[] = []
      const healed = new Set<string>()
      const queue = [...points]
      const work = async (lane: Lane) => {
        for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
          try {
            const left = await killAt(lane, verb, args, point)
            // The same state, left by an earlier kill, is healed alike.
            if (healed.has(left)) continue
            healed.add(left)
            await heal(lane)
          } catch (error) {
            failures.push(`${point.when} call ${calls[point.call - 1]}: ${(error as Error).message}`)
          }
        }
      }
      await Promise.all(lanes.map(work))
      expect(failures.slice(0, 10), `${failures.length} of ${points.length} points`).toEqual([])
      expect(healed.size).toBeGreaterThan(20)
    },
  )
})
