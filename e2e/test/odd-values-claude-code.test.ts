import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { claudeCode } from '@gate/client-claude-code'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { createNodeHost } from '@gate/engine/host'
import { createTestHost, type TestHost, testConnection } from '@gate/plugin-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { type OddValue, oddValues } from '../odd-values/claude-code-values.ts'

const FILE = '/home/user/.claude/settings.json'
const EXECUTABLE = { content: '', mode: 0o755 }
const CONNECTION = testConnection('linux')
const PROGRAMS = { '/usr/local/bin/claude': EXECUTABLE, [CONNECTION.helper.command]: EXECUTABLE }

type Settings = Readonly<Record<string, unknown>>

let gateway: DevGateway
let home: ThrowawayHome
let ours: Settings
beforeAll(async () => {
  gateway = await startDevGateway()
  home = await createHome({ gateway })
  await using host = await configured()
  ours = JSON.parse(await host.read(FILE)) as Settings
})
afterAll(async () => {
  await home?.remove()
  await gateway?.stop()
})

/** A machine on which gate has set Claude Code up. */
async function configured(): Promise<TestHost> {
  const host = await createTestHost({ files: PROGRAMS })
  await claudeCode.configure(host, CONNECTION)
  return host
}

/** The settings with a value at a path. */
function withValue(settings: Settings, { path, value }: OddValue): Settings {
  const [key = '', ...rest] = path.split('.')
  const below = (settings[key] ?? {}) as Settings
  return { ...settings, [key]: rest.length === 0 ? value : withValue(below, { path: rest.join('.'), value }) }
}

/** Whether the real Claude Code uses the helper of a file, which it does not where it leaves the whole file out. */
async function takes(directory: string): Promise<boolean> {
  const env = { CLAUDE_CONFIG_DIR: directory }
  const { stdout, stderr } = await home.run(`${home.root}/bin/claude`, ['auth', 'status'], { env })
  expect(stdout, stderr).toContain('authMethod')
  return (JSON.parse(stdout) as { authMethod: string }).authMethod === 'api_key_helper'
}

/** Whether gate, when it asks Claude Code, learns that it leaves the file out. A machine under load may be late. */
async function deniesFile(directory: string): Promise<boolean> {
  const env = { ...home.env, CLAUDE_CONFIG_DIR: directory }
  const host = createNodeHost({ env, home: home.home, cwd: home.work })
  for (let left = 5; left > 0; left--) {
    const answer = await claudeCode.ask?.(host, undefined)
    if (answer?.kind === 'denies' && answer.about === 'file') return true
  }
  return false
}

/** What gate says about a user's file before it writes into it. */
async function refusal(settings: Settings) {
  await using host = await createTestHost({ files: { ...PROGRAMS, [FILE]: JSON.stringify(settings) } })
  return await claudeCode.configure(host, CONNECTION).then(
    () => undefined,
    (error: { code: string; message: string; file?: string; line?: number }) => error,
  )
}

/** Whether gate's status is green when the user writes the value after setup. */
async function isConnected(settings: Settings): Promise<boolean> {
  await using host = await configured()
  await host.write({ [FILE]: JSON.stringify(settings) })
  return (await claudeCode.status(host, CONNECTION)).state === 'connected'
}

describe('gate refuses the values over which the real Claude Code leaves the file out, and no others', () => {
  it.concurrent.for(
    [...oddValues.entries()].map(([number, odd]) => ({ number, odd, shown: JSON.stringify(odd.value) })),
  )('$odd.path = $shown', async ({ number, odd }) => {
    const settings = withValue(ours, odd)
    const directory = join(home.root, 'odd', String(number))
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'settings.json'), JSON.stringify(settings))
    const [does, refused, isGreen] = await Promise.all([
      takes(directory),
      refusal(withValue({}, odd)),
      isConnected(settings),
    ])
    expect(isGreen).toBe(refused === undefined)
    if (refused) {
      expect(does, refused.message).toBe(false)
      expect(refused).toMatchObject({ code: 'file-wrong-shape', file: FILE, line: expect.any(Number) })
      // What the tables do not know, Claude Code says when it is asked.
    } else if (!does) expect(await deniesFile(directory)).toBe(true)
  })
})
