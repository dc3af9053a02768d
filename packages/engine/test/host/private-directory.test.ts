import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Host, removeLeft, withPrivateDirectory } from '@gate/core'
import { expect, it } from 'vitest'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'

removeSandboxesAfterEach()

const DEAD = 4_243
const RUNNING = 4_242
/** As the directory of a process is called. */
const nameOf = (pid: number, prefix: string) => `${prefix}-${pid}-${randomUUID()}`

function sandboxed() {
  const { host, home } = createSandbox()
  const as = (pid: number): Host => ({
    ...host,
    env: { ...host.env, TMPDIR: home },
    process: { ...host.process, pid, isRunning: (other) => other === RUNNING },
  })
  return { home, as }
}

it('a private directory is gone when the work is done, and when it fails', async () => {
  const { home, as } = sandboxed()
  const host = as(1)
  const seen = await withPrivateDirectory(host, async (directory) => {
    writeFileSync(join(directory, 'copy'), 'x')
    return directory
  })
  expect(seen.startsWith(join(home, 'gate-asks-1-'))).toBe(true)
  await expect(withPrivateDirectory(host, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(readdirSync(home)).toEqual([])
})

it('one whose process was killed goes with the next; what anybody else has put there stays', async () => {
  const { home, as } = sandboxed()
  const [killed, running] = [nameOf(DEAD, 'gate-asks'), nameOf(RUNNING, 'gate-asks')]
  const [other, link, file] = ['other', 'gate-asks', 'gate-asks'].map((prefix) => nameOf(DEAD, prefix))
  const stays = [running, other ?? '', `gate-asks-${DEAD}-mine`, 'gate-asks']
  for (const name of [killed, ...stays]) mkdirSync(join(home, name))
  writeFileSync(join(home, killed, 'copy'), 'x')
  writeFileSync(join(home, file ?? ''), 'x')
  symlinkSync(home, join(home, link ?? ''))
  await withPrivateDirectory(as(1), async () => {})
  expect(readdirSync(home).toSorted()).toEqual([...stays, file, link].toSorted())
  await removeLeft(as(1), join(home, 'nowhere'), 'gate-asks')
})
