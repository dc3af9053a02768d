import { readFileSync, rmSync } from 'node:fs'
import type { Host } from '@gate/core'
import { errnoOf } from '../files/io-error.js'

/** What keeps a held lock from looking abandoned. */
export interface SignOfLife {
  /** Ends it; a sign that is being given is waited for, so that none comes after the lock was given back. */
  stop(): Promise<void>
}

/**
 * Touches a lock's directory again and again, and removes it should this process exit while it holds the lock. A timer
 * that does not keep the process, and a listener for its exit: both are gone when it ends.
 *
 * @param lock `path`: absolute directory of the lock. `ownerFile`: the file in it that names its owner.
 * @param everyMs Milliseconds between two signs.
 * @param isOurs Returns whether the text of that file names this owner.
 * @param onLost Is called once when it does not any more.
 */
export function startSignOfLife(
  host: Host,
  { path, ownerFile }: { readonly path: string; readonly ownerFile: string },
  everyMs: number,
  isOurs: (ownerText: string) => boolean,
  onLost: () => void,
): SignOfLife {
  let giving = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  const give = async () => {
    try {
      const now = new Date()
      if (!isOurs(await host.fs.readFile(ownerFile, 'utf8'))) return end(true)
      await host.fs.utimes(path, now, now)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return end(true)
      // A disk that fails for a moment: others wait for ten seconds of silence.
    }
    if (timer !== undefined) schedule()
  }
  const schedule = () => {
    timer = setTimeout(() => {
      giving = give()
    }, everyMs)
    timer.unref()
  }
  const removeAtExit = () => {
    try {
      if (!isOurs(readFileSync(host.toNative(ownerFile), 'utf8'))) return
      rmSync(host.toNative(path), { recursive: true, force: true })
    } catch {
      // The next process takes over from a dead one.
    }
  }
  const end = (isLost: boolean) => {
    clearTimeout(timer)
    timer = undefined
    process.off('exit', removeAtExit)
    if (isLost) onLost()
  }
  schedule()
  process.on('exit', removeAtExit)
  return {
    async stop() {
      end(false)
      await giving
    },
  }
}
