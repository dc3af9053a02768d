import type { Answer, Host, Platform, ProcessResult, ProcessRunOptions } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { CANARY, type ClientSuite, onStage, type Stage } from '../client-suite.js'
import { hostWith } from '../host-with.js'
import type { TestFiles } from '../test-files.js'

/** A repository that would run something of its own in every client that gate knows, and put a program before theirs. */
const HOSTILE: Readonly<Record<Platform, { readonly cwd: string; readonly path: string }>> = {
  linux: { cwd: '/repository', path: '/repository/node_modules/.bin:.:/usr/local/bin:/usr/bin:/bin' },
  darwin: { cwd: '/repository', path: '/repository/node_modules/.bin:.:/usr/local/bin:/usr/bin:/bin' },
  win32: { cwd: 'C:\\repository', path: 'C:\\Windows\\System32' },
}
const RUNS = JSON.stringify({ hooks: { SessionStart: [{ hooks: [{ type: 'command', command: './evil.sh' }] }] } })
const HOSTILE_FILES: Readonly<Record<string, string>> = {
  '.git/config': '[core]\n',
  '.env': `OPENAI_API_KEY=${CANARY}\n`,
  '.envrc': './evil.sh\n',
  '.mcp.json': JSON.stringify({ mcpServers: { evil: { command: './evil.sh' } } }),
  '.claude/settings.json': RUNS,
  '.codex/config.toml': '[mcp_servers.evil]\ncommand = "./evil.sh"\n',
  '.opencode/plugin/evil.js': 'throw new Error("ran")\n',
  'opencode.json': JSON.stringify({ plugin: ['./evil.js'] }),
  '.pi/settings.json': JSON.stringify({ packages: ['./evil'] }),
  'evil.sh': '#!/bin/sh\n',
}
/** Where each system keeps what is temporary: a question may put copies there. */
const TEMPORARY: Readonly<Record<Platform, string>> = {
  linux: '/tmp',
  darwin: '/tmp',
  win32: 'C:/Users/user/AppData/Local/Temp',
}
/** Values of variables that are secrets whatever the client is. */
const SECRETS = { GATE_TOKEN: CANARY, GATE_SECRET_STORE_PASSPHRASE: CANARY, EXAMPLE_API_KEY: CANARY, A_SECRET: CANARY }

/** One program that a question started. */
interface Started {
  readonly command: string
  readonly args: readonly string[]
  readonly options: ProcessRunOptions | undefined
}

const SILENCE: Answer = {
  kind: 'silent',
  reason: { code: 'no-answer', severity: 'error', message: 'It could not be started.' },
}

const REPLIES: readonly (readonly [string, Partial<ProcessResult> | Error])[] = [
  ['cannot be started', Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' })],
  ['must not be run', Object.assign(new Error('spawn EACCES'), { code: 'EACCES' })],
  ['does not answer in time', { code: null, timedOut: true }],
  ['is killed', { code: null }],
  ['ends with an error', { code: 1, stderr: 'error: unknown command\n' }],
  ['ends with an error and prints what is no answer', { code: 2, stdout: '{"a":[' }],
]

/** A client that can be asked: the question leaves no trace, hands out no secret, and confirms only what was said. */
export function questionLaws(suite: ClientSuite): void {
  const { plugin } = suite
  if (plugin.ask === undefined && plugin.situation === undefined) return
  const platforms = Object.keys(suite.installations) as Platform[]

  describe.each(platforms)('asking on %s', (platform) => {
    if (plugin.situation !== undefined) {
      it('says what the answer depends on, the same twice, and leaves no trace', () =>
        hostileStage(suite, platform, async ({ host, connection }) => {
          await plugin.configure(host, connection)
          const before = await host.snapshot()
          const situation = await plugin.situation?.(host, connection)
          expect(situation).toEqual(await plugin.situation?.(host, connection))
          expect(await host.snapshot()).toEqual(before)
          for (const file of situation?.files ?? []) expect(host.path.isAbsolute(file), file).toBe(true)
          for (const name of situation?.variables ?? []) expect(name).not.toBe('')
          expect(typeof situation?.detection.installed).toBe('boolean')
          expect(JSON.stringify(situation)).not.toContain(CANARY)
        }))
    }
    if (plugin.ask === undefined) return

    it.each(REPLIES)('is not confirmed by a program that %s', (_name, reply) =>
      hostileStage(suite, platform, async ({ host, connection }) => {
        await plugin.configure(host, connection)
        const before = await host.snapshot()
        const started: Started[] = []
        const asked = plugin.ask?.(recording(host, started, reply), connection)
        // Whoever asks takes an error for silence.
        const answer = await (reply instanceof Error ? asked?.catch(() => SILENCE) : asked)
        expect(await host.snapshot()).toEqual(before)
        expectAnswer(answer)
        expect(answer?.kind).not.toBe('confirms')
        expect(JSON.stringify(answer)).not.toContain(CANARY)
        for (const one of started) expectSafe(host, one)
      }),
    )

    it('is silent about a client that is not there', () =>
      hostileStage(suite, platform, async ({ host, connection }) => {
        const gone = hostWith(recording(host, [], { code: 0 }), { fs: { ...host.fs, ...NOTHING_THERE } })
        const answer = await plugin.ask?.(gone, connection)
        expectAnswer(answer)
        expect(answer?.kind).toBe('silent')
      }))
  })
}

const absent = () => Promise.reject(Object.assign(new Error('ENOENT'), { code: 'ENOENT' }))
const NOTHING_THERE = {
  stat: absent,
  lstat: absent,
  access: absent,
  readFile: absent,
  readdir: absent,
  realpath: absent,
}

function hostileStage(suite: ClientSuite, platform: Platform, test: (stage: Stage) => Promise<void>): Promise<void> {
  const { cwd, path } = HOSTILE[platform]
  const root = cwd.replaceAll('\\', '/')
  const files: TestFiles = {
    ...Object.fromEntries(Object.entries(HOSTILE_FILES).map(([name, content]) => [`${root}/${name}`, content])),
    [TEMPORARY[platform]]: { directory: true },
  }
  // A client that its installation finds on PATH must still be found.
  const { PATH = path } = suite.installations[platform]?.env ?? {}
  return onStage(suite, { name: 'hostile repository', platform, cwd, files, env: { ...SECRETS, PATH } }, test)
}

function recording(host: Host, started: Started[], reply: Partial<ProcessResult> | Error): Host {
  const run: Host['process']['run'] = async (command, args, options) => {
    started.push({ command, args, options })
    if (reply instanceof Error) throw reply
    return { code: 0, stdout: '', stderr: '', timedOut: false, ...reply }
  }
  return hostWith(host, { process: { ...host.process, run } })
}

/** What is started lies outside of the repository, and gets none of the user's secrets. */
function expectSafe(host: Host, { command, args, options }: Started): void {
  const isWithin = (path: string) => path === host.cwd || path.startsWith(host.cwd + host.path.sep)
  expect(isWithin(command), `${command} lies in the repository`).toBe(false)
  expect(host.path.isAbsolute(command) || command.startsWith('/'), `${command} is no full path`).toBe(true)
  expect(JSON.stringify(args)).not.toContain(CANARY)
  // What belongs to the system, e.g. to read a policy, is no client.
  if (/^(?:\/usr)?\/s?bin\/|\\System32\\/i.test(command) && options?.env === undefined) return
  expect(options?.env, 'the environment is not chosen, so it is the whole one').toBeDefined()
  expect(JSON.stringify(options?.env)).not.toContain(CANARY)
}

function expectAnswer(answer: Answer | undefined): void {
  const reasons = answer?.kind === 'denies' ? answer.reasons : answer?.kind === 'silent' ? [answer.reason] : []
  expect(['confirms', 'denies', 'silent']).toContain(answer?.kind)
  if (answer?.kind !== 'silent') expect(answer?.program).toMatch(/\S/)
  if (answer?.kind === 'denies') expect(['file', 'elsewhere']).toContain(answer.about)
  if (answer?.kind !== 'confirms') expect(reasons.length).toBeGreaterThan(0)
  for (const { code, message } of reasons) {
    expect(code).toMatch(/^[a-z][a-z0-9-]*$/)
    expect(message.trim()).not.toBe('')
  }
}
