import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gateExecutable } from '../harness/client-programs.ts'
import { snapshot } from '../harness/home-snapshot.ts'
import { type ForeignWrite, isBetweenLookAndRename, type Replacement } from '../harness/race/foreign-write.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ROUNDS = 200
/**
 * Longest pause of the foreign writer, in milliseconds. Its files grow with every write: on a slow machine they must not
 * become so long that reading one takes longer than the pause.
 */
const PAUSE_MS = 300

describe('S124 setup, teardown and a foreign writer on the same files', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeAll(async () => {
    gateway = await startDevGateway({ accessTokenLifetime: 86_400 })
    home = await createHome({ gateway, clients: 'stub' })
  })
  afterAll(async () => {
    await gateway.stop()
    await home.remove()
  })

  it(`lose nothing in ${ROUNDS} rounds`, { timeout: 1_200_000 }, async () => {
    const settings = await home.write('home/.claude/settings.json', '{\n  "model": "sonnet"\n}\n')
    const config = await home.write('home/.codex/config.toml', '# mine\nmodel = "gpt-5.2"\n')
    expect(await home.gate(['setup', ...home.connection])).toMatchObject({ code: 0 })

    const log = join(home.root, 'replacements')
    const env = { RACE_FILES: `${settings}:${config}`, RACE_LOG: log }
    const preload = join(import.meta.dirname, '../harness/race/log-replacements.ts')
    const gate = (...args: string[]) =>
      home.run(process.execPath, ['--import', preload, gateExecutable, ...args], { env })

    const writer = spawn(
      process.execPath,
      [join(import.meta.dirname, '../harness/race/foreign-writer.ts'), settings, config, String(PAUSE_MS)],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    )
    const written = text(writer.stdout)
    const ended = once(writer, 'close')
    // Clients are not asked: a slow round lets the writer fill the files until reading one takes longer than its pause.
    for (let round = 0; round < ROUNDS; round++) {
      const finished = await Promise.all([gate('setup', '--no-ask'), gate('teardown', '--all')])
      for (const { code, stdout, stderr } of finished) expect(code, `round ${round}: ${stdout}${stderr}`).toBe(0)
      // No corrupt file at any time: what is there parses for the client.
      JSON.parse(await readFile(settings, 'utf8'))
    }
    writer.stdin.end()
    await ended
    const writes = JSON.parse(await written) as ForeignWrite[]
    expect(writes.length).toBeGreaterThan(ROUNDS)

    // The foreign writer may have put gate's keys back after a teardown; one quiet round settles that.
    for (const args of [['setup'], ['teardown', '--all']]) expect(await gate(...args)).toMatchObject({ code: 0 })
    const [json, toml] = [await readFile(settings, 'utf8'), await readFile(config, 'utf8')]
    const parsed = JSON.parse(json) as Record<string, unknown>
    expect(parsed).toMatchObject({ model: 'sonnet' })
    expect(Object.keys(parsed).filter((key) => key !== 'model' && !key.startsWith('foreign_'))).toEqual([])
    expect(toml.slice(0, 25)).toBe('# mine\nmodel = "gpt-5.2"\n')
    expect(toml).not.toContain('gate')

    const replacements = (await readFile(log, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Replacement)
    expect(replacements.length).toBeGreaterThan(ROUNDS)
    const isThere = ({ file, key }: ForeignWrite) =>
      file === settings ? parsed[key] === true : toml.includes(`[${key}]\nforeign = true\n`)
    const lost = writes.filter((write) => !isThere(write))
    expect(lost.filter((write) => !isBetweenLookAndRename(write, replacements))).toEqual([])
    // gate looks at the file right before it replaces it, so this hardly ever happens.
    expect(lost.length).toBeLessThanOrEqual(Math.ceil(writes.length / 100))

    const left = [...(await snapshot(home.home)).keys()]
    expect(left.filter((path) => /\.lock(\/|$|\.)|\.tmp$|journal\/./.test(path))).toEqual([])
    expect(await gate('status')).toMatchObject({ code: 0 })
  })
})
