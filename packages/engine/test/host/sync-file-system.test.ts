import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { syncFileSystem } from '../../src/host/sync-file-system.js'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gate-sync-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

/** What a slow disk does to one call: the thread stands still. */
function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

test.each([
  ['of the file system', 30, async () => void (await syncFileSystem.stat(directory))],
  [
    'of a file',
    4,
    async () => {
      const handle = await syncFileSystem.open(join(directory, 'f'), 'w')
      for (let call = 0; call < 5; call++) {
        standStill(60)
        await handle.sync()
      }
      await handle.close()
    },
  ],
])('many slow calls %s leave room for timers, so that a lock shows signs of life', async (_name, rounds, calls) => {
  let signs = 0
  const timer = setInterval(() => {
    signs += 1
  }, 100)
  try {
    for (let round = 0; round < rounds; round++) {
      standStill(50)
      await calls()
    }
  } finally {
    clearInterval(timer)
  }
  expect(signs).toBeGreaterThanOrEqual(3)
})
