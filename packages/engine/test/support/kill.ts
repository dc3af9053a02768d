import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import type { Host } from '@gate/core'
import type { Sandbox } from './sandbox.js'
import { systemError, type Watcher, watchedFs } from './watched-fs.js'

/** `before` and `after` the call; `torn`: a write that got half of its bytes to the disk. */
export type KillMoment = 'before' | 'after' | 'torn'

/** A host whose process dies at one file-system call: neither this call nor any later one has an effect. */
export interface MortalHost {
  readonly host: Host
  readonly died: () => boolean
}

// The id of a process that has ended, so that its locks are those of a dead one.
const deadPid = spawnSync(process.execPath, ['-e', '0']).pid

export function mortalHost(sandbox: Sandbox, killAt: number, moment: KillMoment): MortalHost {
  let dead = false
  const watcher: Watcher = async (call, make) => {
    // ENOENT makes the heart-beat of the lock stop at once; nothing of gate lives on to see it.
    if (dead) throw systemError('ENOENT', call.path)
    if (call.index !== killAt || (moment === 'torn' && !call.name.endsWith('writeFile'))) return make()
    dead = true
    if (moment === 'after') await closeAgain(await make())
    if (moment === 'torn') tearWrite(call.name, call.path, call.args)
    throw systemError('ENOENT', call.path)
  }
  const { process } = sandbox.host
  const host = sandbox.hostWith({ fs: watchedFs(watcher), process: { ...process, pid: deadPid } })
  return { host, died: () => dead }
}

/** What the dead process had opened is closed by the system. */
async function closeAgain(result: unknown): Promise<void> {
  const { close } = (result ?? {}) as { close?: () => Promise<void> }
  if (typeof close === 'function') await close.call(result)
}

function tearWrite(name: string, path: string, args: readonly unknown[]): void {
  const content = name === 'handle.writeFile' ? args[0] : name === 'writeFile' ? args[1] : undefined
  if (typeof content === 'string') writeFileSync(path, content.slice(0, content.length / 2))
}
