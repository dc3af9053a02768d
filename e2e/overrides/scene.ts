import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { expect } from 'vitest'
import { type ForeignServer, startForeignServer } from '../harness/foreign-server.ts'
import type { Finished } from '../harness/run-process.ts'
import { type CallOptions, createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import type { OverrideRow, RowFile } from './override-row.ts'

/** How the rows of one client are played. */
export interface SceneClient {
  readonly id: 'claude-code' | 'codex' | 'opencode' | 'pi'
  /** Further options of `gate setup`. */
  readonly setup?: readonly string[]
  /** The user's configuration file, relative to the home. */
  readonly file: string
  /** Added to every run: what keeps a client that reaches nobody from trying for minutes. */
  readonly env: Readonly<Record<string, string>>
  /** What the helper's token is sent as when a row does not say otherwise. */
  readonly apiKey: 'token' | 'absent'
  /** Puts the client into a home, for one that is not in every home. */
  prepare?(home: ThrowawayHome): Promise<void>
  /** URL of the gateway as the client's own setting names it. */
  baseUrl(gateway: DevGateway): string
  run(home: ThrowawayHome, args: readonly string[], options: CallOptions): Promise<Finished>
}

/** What a client did: the model requests and the credentials in them. */
export interface Observation {
  readonly reached: 'A' | 'B' | 'nowhere' | 'both'
  readonly authorization: readonly (string | undefined)[]
  readonly apiKeys: readonly (string | undefined)[]
  readonly finished: Finished
}

/** The part of `gate status --json` that the tables speak about. */
export interface ReportedStatus {
  readonly state: string
  readonly reasons: readonly { code: string; message: string; file?: string; line?: number; fix?: string }[]
  readonly overrides: readonly {
    source: string
    location: string
    displaces: string
    effect?: string
    severity?: string
  }[]
  readonly notes: readonly { code: string; message: string }[]
}

/** One set-up home on which the rows of a table are played one after the other. */
export interface Scene {
  readonly gateway: DevGateway
  readonly foreign: ForeignServer
  readonly home: ThrowawayHome
  /** The bearer token that gate's helper hands out. */
  readonly token: string
  /** Puts a row's files in place; the returned function puts everything back. */
  stage(row: OverrideRow): Promise<{ options: CallOptions; args: readonly string[]; strike(): Promise<void> }>
  observe(args: readonly string[], options: CallOptions): Promise<Observation>
  status(options: CallOptions): Promise<ReportedStatus>
  close(): Promise<void>
}

/**
 * Signs in, sets the client up with gate, and remembers the state from which every row starts.
 *
 * @param program Executable of another version of the client, see `clientVersion`. Default: the pinned one.
 */
export async function openScene(client: SceneClient, program?: string): Promise<Scene> {
  // A gateway that lets everybody in: the rows are about where a client goes, and a 401 would only make it try again.
  const gateway = await startDevGateway({ auth: 'none' })
  const home = await createHome({
    gateway,
    env: client.env,
    ...(program === undefined ? {} : { programs: { [PROGRAMS[client.id]]: program } }),
  })
  await client.prepare?.(home)
  const foreign = await startForeignServer()
  const setup = await home.gate(['setup', '--client', client.id, ...(client.setup ?? []), ...home.connection])
  expect(setup, setup.stderr).toMatchObject({ code: 0 })
  const token = (await home.gate(['token'])).stdout.trim()
  expect(token).not.toBe('')
  await mkdir(join(home.root, 'empty'))
  const pristine = join(home.root, 'pristine')
  await cp(home.home, pristine, { recursive: true, verbatimSymlinks: true })

  const fill = (text: string) =>
    text
      .replaceAll('{A}', client.baseUrl(gateway))
      .replaceAll('{B}', foreign.url)
      .replaceAll('{root}', home.root)
      .replaceAll('{work}', home.work)
  const bytes = (file: RowFile) => (typeof file === 'string' ? fill(file) : Buffer.from(fill(file.text), file.encoding))

  const stage: Scene['stage'] = async (row) => {
    const target = join(home.home, client.file)
    if (row.edit) await writeFile(target, fill(row.edit(await readFile(target, 'utf8'))))
    for (const [path, content] of Object.entries(row.files ?? {})) await home.write(path, bytes(content))
    for (const [path, content] of Object.entries(row.etc ?? {})) await home.write(join('etc', path), bytes(content))
    const cwd = join(home.work, row.cwd ?? '')
    await mkdir(cwd, { recursive: true })
    const env = Object.fromEntries(Object.entries(row.env ?? {}).map(([name, value]) => [name, fill(value)]))
    return {
      options: {
        env,
        cwd,
        timeoutMs: row.timeoutMs ?? 30_000,
        ...(row.etc ? { etc: join(home.root, 'etc') } : {}),
      },
      args: (row.args ?? []).map(fill),
      async strike() {
        for (const place of [home.home, home.work, join(home.root, 'etc')])
          await rm(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
        for (const path of Object.keys(row.files ?? {})) {
          const top = path.split('/')[0]
          if (top !== undefined) await rm(join(home.root, top), { recursive: true, force: true })
        }
        await cp(pristine, home.home, { recursive: true, verbatimSymlinks: true })
        await mkdir(home.work)
      },
    }
  }

  return {
    gateway,
    foreign,
    home,
    token,
    stage,
    async observe(args, options) {
      gateway.clearRequests()
      foreign.requests.length = 0
      const finished = await client.run(home, args, options)
      const ours = gateway.requests.filter(isModelRequest)
      const theirs = foreign.requests.filter(isModelRequest)
      const seen = [...ours, ...theirs]
      return {
        reached:
          ours.length > 0 && theirs.length > 0 ? 'both' : ours.length > 0 ? 'A' : theirs.length > 0 ? 'B' : 'nowhere',
        authorization: distinct(seen.map((request) => request.headers.authorization)),
        apiKeys: distinct(seen.map((request) => request.headers['x-api-key'])),
        finished,
      }
    },
    async status(options) {
      for (let tries = 1; ; tries++) {
        const { code, stdout, stderr } = await home.gate(['status', client.id, '--json'], options)
        expect(stdout, `gate status ended with ${code}: ${stderr}`).toMatch(/^\{/)
        const { clients } = JSON.parse(stdout) as { clients: (ReportedStatus & { id: string })[] }
        const mine = clients.find(({ id }) => id === client.id)
        if (mine === undefined) throw new Error(`gate status does not name ${client.id}: ${stdout}`)
        // On a busy machine a client may not answer in its three seconds; gate says so, and asks again.
        const isLate = mine.notes.some((note) => note.code === 'not-confirmed' && LATE.test(note.message))
        if (!isLate || tries === TRIES) return mine
      }
    },
    async close() {
      await foreign.stop()
      await gateway.stop()
      await home.remove()
    },
  }
}

/** Times that status is asked for while a client does not answer in time. */
const TRIES = 5
const LATE = /within 3 seconds|no answer in time/

/** The commands that the clients are started with. */
const PROGRAMS = { 'claude-code': 'claude', codex: 'codex', opencode: 'opencode', pi: 'pi' } as const

/** Codex talks to its vendor over a WebSocket; everything else is a POST. */
function isModelRequest(request: { method: string; headers: Readonly<Record<string, string | string[] | undefined>> }) {
  return request.method === 'POST' || request.headers.upgrade === 'websocket'
}

function distinct(values: readonly (string | string[] | undefined)[]): (string | undefined)[] {
  return [...new Set(values.map((value) => (Array.isArray(value) ? value.join(', ') : value)))]
}
