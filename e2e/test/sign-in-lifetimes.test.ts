import { globSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runProcess } from '../harness/run-process.ts'
import type { LifetimeRun } from '../harness/sign-in/lifetime-run.ts'

const PROGRAM = join(import.meta.dirname, '../harness/sign-in/lifetime-run.ts')
const LIFETIMES = 5
const MOMENTS = 25
const AT_ONCE = 2

describe('tokens of a short life', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'gate-lifetimes-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  /** Time passes by libfaketime (Debian's faketime); timers and the times of files stay real. */
  const live = async (lifetime: number): Promise<LifetimeRun> => {
    const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1')
    expect(library, 'the Debian package faketime').toBeDefined()
    const clock = join(directory, 'clock')
    await writeFile(clock, '+0')
    const env = {
      PATH: '/usr/bin:/bin',
      HOME: directory,
      LD_PRELOAD: library ?? '',
      FAKETIME_TIMESTAMP_FILE: clock,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      NO_FAKE_STAT: '1',
    }
    const args = [PROGRAM, ...[lifetime, LIFETIMES, MOMENTS, AT_ONCE].map(String)]
    const finished = await runProcess(process.execPath, args, { cwd: directory, env, timeoutMs: 240_000 })
    expect(finished, finished.stderr).toMatchObject({ code: 0 })
    return JSON.parse(finished.stdout) as LifetimeRun
  }

  it.each([60, 300])(
    'S111 A5 of %i seconds: fifty calls over five lifetimes open no browser and renew only what is about to expire',
    { timeout: 300_000 },
    async (lifetime) => {
      const { helpers, statuses, refreshes, counters } = await live(lifetime)
      expect(helpers.filter(({ code, stderr }) => code !== 0 || stderr !== '')).toEqual([])
      expect(helpers).toHaveLength(50)
      expect(new Set(statuses)).toEqual(new Set([200]))
      expect(counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0, logins: 0 })
      // Expiry itself requires one per lifetime; a fifth of the lifetime is the margin in which gate renews ahead.
      expect(refreshes.length).toBeGreaterThanOrEqual(LIFETIMES - 1)
      const gaps = refreshes.map((at, index) => at - (refreshes[index - 1] ?? 0))
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(lifetime * 0.8)
    },
  )
})
