import type { ClientPlugin, Connection, Detection, GateErrorCode, Host, Plan, Platform } from '@gate/core'
import { createTestHost, type TestHost, type TestHostInit, type TestProgram } from './create-test-host.js'
import { helperPath, testConnection } from './test-connection.js'
import type { TestFiles } from './test-files.js'
import { type Tree, treeWithout } from './tree-snapshot.js'

/** Put this into files of a scenario where users keep secrets of their own; the suite looks where it turns up. */
export const CANARY = 'canary-5dbf0b6c-never-copied'

/** What makes a client count as installed. */
export interface TestInstallation {
  readonly files: TestFiles
  readonly env?: Readonly<Record<string, string>>
  readonly programs?: Readonly<Record<string, TestProgram>>
}

/** A machine as users have it before they meet gate. */
export interface ClientScenario {
  readonly name: string
  /** Default `linux`. */
  readonly platform?: Platform
  readonly env?: Readonly<Record<string, string>>
  /** Default: the home directory. */
  readonly cwd?: string
  /** The user's files, the client's own installation not among them. */
  readonly files?: TestFiles
  readonly connection?: Partial<Connection>
  /** Code of the error that `configure` must end with, leaving everything as it was. Absent: it must work. */
  readonly refuses?: GateErrorCode
  /** For a refusal that is about a place in a file: its line, counted from 1. */
  readonly line?: number
  /** Look here whether a process may die at any moment; slow, so one or two scenarios are enough. Default: the first. */
  readonly thorough?: boolean
}

/** A client plugin and what the suite must know to try it. */
export interface ClientSuite {
  readonly plugin: ClientPlugin
  /** The definition's `plan`, to see that it is pure; without it the dry run stands for it. */
  readonly plan?: (host: Host, connection: Connection, detection: Detection) => Plan
  /** Files that make the client installed, per platform. Platforms that the client does not exist for are left out. */
  readonly installations: Readonly<Partial<Record<Platform, TestInstallation>>>
  readonly scenarios: readonly ClientScenario[]
  /** How the client writes its file anew, keeping what it means, in one canonical way. Absent: it never does. */
  readonly rewrite?: (text: string, path: string) => string
}

/** A machine of a scenario, and the connection to set up on it. */
export interface Stage {
  readonly host: TestHost
  readonly connection: Connection
  /** Everything outside of gate's own directories. */
  clientTree(): Promise<Tree>
  /** Another process on the same machine. */
  anotherHost(changes?: TestHostInit): Promise<TestHost>
}

const GATE_DIRECTORY: Readonly<Record<Platform, string>> = { linux: '/gate', darwin: '/gate', win32: 'C:\\gate' }

/** What the helpers of a stage print. */
const TOKEN = 'a-token-of-the-helper'

function isHelper(platform: Platform, path: string): boolean {
  return path.startsWith(helperPath(platform, '').replace(/\.cmd$/, ''))
}

/** Runs `test` on a fresh machine of a scenario, with the client installed and the helper in its place. */
export async function onStage<T>(
  suite: ClientSuite,
  scenario: ClientScenario,
  test: (stage: Stage) => Promise<T>,
  changes: TestHostInit = {},
): Promise<T> {
  const platform = scenario.platform ?? 'linux'
  const installation = suite.installations[platform]
  if (!installation)
    throw new Error(`Scenario "${scenario.name}" is for ${platform}, but there is no installation for it`)
  const connection = testConnection(platform, scenario.connection)
  const base: TestHostInit = {
    platform,
    env: { GATE_HOME: GATE_DIRECTORY[platform], ...installation.env, ...scenario.env },
    ...(installation.programs ? { programs: installation.programs } : {}),
    program: (path) => (isHelper(platform, path) ? () => `${TOKEN}\n` : undefined),
    ...(scenario.cwd === undefined ? {} : { cwd: scenario.cwd }),
  }
  await using host = await createTestHost({
    ...base,
    files: {
      [helperPath(platform, 'gate-token-default')]: { content: '#!/bin/sh\n', mode: 0o755 },
      ...installation.files,
      ...scenario.files,
    },
    ...changes,
  })
  const gate = platform === 'win32' ? 'C/gate' : 'gate'
  const isGates = (path: string) => path === gate || path.startsWith(`${gate}/`)
  return await test({
    host,
    connection,
    clientTree: async () => treeWithout(await host.snapshot(), isGates),
    anotherHost: (more = {}) => createTestHost({ ...base, root: host.root, ...more }),
  })
}

/** Scenarios that `configure` works in. */
export function workingScenarios({ scenarios }: ClientSuite): readonly ClientScenario[] {
  return scenarios.filter(({ refuses }) => refuses === undefined)
}

/** Scenarios for the slow laws. */
export function thoroughScenarios(suite: ClientSuite): readonly ClientScenario[] {
  const working = workingScenarios(suite)
  const marked = working.filter(({ thorough }) => thorough)
  return marked.length > 0 ? marked : working.slice(0, 1)
}
