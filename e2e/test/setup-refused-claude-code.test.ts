import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

let gateway: DevGateway
let home: ThrowawayHome
let file: string

beforeAll(async () => {
  gateway = await startDevGateway({ auth: 'none' })
  home = await createHome({ gateway })
  file = join(home.home, '.claude', 'settings.json')
})

afterAll(async () => {
  await gateway?.stop()
  await home?.remove()
})

/** The user's file, a part of the line at which Claude Code stops, and what setup must name. */
const REFUSED: readonly (readonly [text: string, line: string | undefined, named: string])[] = [
  ['{"permissions":{"defaultMode":"nonsense"}}\n', 'nonsense', 'permissions.defaultMode'],
  [
    '{\n  "hooks": {\n    "PreToolUse": [{"matcher":{},"hooks":[{"type":"command","command":"true"}]}]\n  }\n}\n',
    '"matcher":{}',
    'matcher',
  ],
  ['{\r\n  "model": "opus",\r\n  "statusLine": {"type":"command"}\r\n}', '"statusLine"', 'command'],
  // Nothing in gate's own tables: Claude Code says it.
  ['{\n  "quietHours": { "start": "25:00" }\n}\n', undefined, 'quietHours.start: Expected 24-hour local time'],
  ['{"extraKnownMarketplaces":{"a":{"source":{"source":"nonsense"}}}}', undefined, 'extraKnownMarketplaces.a.source'],
  ['{"hooks":{"PreToolUse":[{"hooks":[{"type":"command"}]}]}}', undefined, 'hooks.PreToolUse.0.hooks.0'],
]

/** Setup on a fresh file. A machine under load takes longer than the time that a question has; then it is put again. */
async function setupOn(text: string) {
  for (let left = 5; ; left--) {
    await home.write('home/.claude/settings.json', text)
    const finished = await home.gate(['setup', '--client', 'claude-code', '--json', ...home.connection])
    const { clients } = JSON.parse(finished.stdout) as { clients: { result: string; confirmedBy?: object | null }[] }
    const isLate = clients[0]?.result === 'configured' && clients[0].confirmedBy === null
    if (!isLate || left === 0) return finished
    const undone = await home.gate(['teardown', '--all', '--json'])
    expect(undone, undone.stderr).toMatchObject({ code: 0 })
  }
}

describe('gate setup in front of a file that the real Claude Code leaves out', () => {
  it.each(REFUSED)('%j', async (text, line, named) => {
    const { code, stdout, stderr } = await setupOn(text)
    expect(await readFile(file, 'utf8'), stderr).toBe(text)
    const { clients } = JSON.parse(stdout) as { clients: { error?: { message: string } }[] }
    expect({ code, error: clients[0]?.error }, stderr).toMatchObject({
      code: 5,
      error: {
        file,
        message: expect.stringContaining(named),
        ...(line === undefined ? {} : { line: text.split('\n').findIndex((each) => each.includes(line)) + 1 }),
      },
    })
  })

  it('says it to a person', async () => {
    await home.write('home/.claude/settings.json', '{"permissions":{"defaultMode":"nonsense"}}\n')
    const { code, stdout, stderr } = await home.gate(['setup', '--client', 'claude-code', ...home.connection])
    const said = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ')
    expect(code, said).toBe(5)
    expect(said).toMatch(/settings\.json:1:/)
    expect(said).toContain('permissions.defaultMode')
  })
})

describe('gate status after the user has written what the real Claude Code leaves the file out for', () => {
  let ours: object
  beforeAll(async () => {
    await writeFile(file, '{}\n')
    const setup = await home.gate(['setup', '--client', 'claude-code', ...home.connection])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    ours = JSON.parse(await readFile(file, 'utf8')) as object
  })

  /** A machine under load takes longer than the time that a question has; then it is put again. */
  const state = async () => {
    for (let left = 5; ; left--) {
      const { stdout } = await home.gate(['status', 'claude-code', '--json'])
      const [client] = (JSON.parse(stdout) as { clients: { state: string; confirmedBy: object | null }[] }).clients
      const isLate = client?.state === 'connected' && client.confirmedBy === null
      if (!isLate || left === 0) return client?.state
    }
  }

  it.each(REFUSED)('%j', async (text) => {
    await writeFile(file, JSON.stringify(ours))
    expect(await state()).toBe('connected')
    await writeFile(file, JSON.stringify({ ...ours, ...(JSON.parse(text) as object) }))
    expect(await state()).not.toBe('connected')
  })
})
