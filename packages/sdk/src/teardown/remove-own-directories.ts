import type { Dirent } from 'node:fs'
import type { Host } from '@gate/core'
import { removeLeft } from '@gate/core'
import { isGatesFile } from '../directories/is-gates-file.js'
import type { Created } from '../directories/own-directories.js'
import { type OwnPlace, ownEntry } from '../ownership/own-entries.js'

/** What {@link removeOwnDirectories} did not take away. */
export interface LeftOver {
  readonly path: string
  readonly reason: string
}

const NOT_GATES = 'gate did not make it'

/**
 * Deletes the files that gate writes, each by its own name, then the directories that gate made, as far as they are empty.
 * In a directory that was there before gate (somebody pointed `GATE_HOME` at it) a file must also say what gate writes.
 * Links are not followed. Everything else stays and is named.
 *
 * @param created What gate remembers of the directories that it made.
 */
export async function removeOwnDirectories(
  host: Host,
  { directories: made, found }: Created,
): Promise<readonly LeftOver[]> {
  const leftOvers: LeftOver[] = []
  for (const place of ['cache', 'state', 'config'] as const) {
    const top = host.directories[place]
    const sweep = { host, place, top, isMade: made.includes(top), found, leftOvers }
    await clear(sweep, top)
  }
  // Of questions to clients that were killed.
  await removeLeft(host, host.directories.runtime, 'ask')
  // Deepest first; a parent that somebody else uses by now is simply not empty.
  for (const directory of made.toSorted((a, b) => b.length - a.length)) await removeEmpty(host, directory)
  return leftOvers
}

interface Sweep {
  readonly host: Host
  readonly place: OwnPlace
  readonly top: string
  /** Whether gate made the directory: then what has a name of gate's in there is gate's. */
  readonly isMade: boolean
  readonly found: readonly string[]
  readonly leftOvers: LeftOver[]
}

async function clear(sweep: Sweep, directory: string): Promise<void> {
  const { host, place, top, found, leftOvers } = sweep
  let items: Dirent[]
  try {
    items = await host.fs.readdir(directory, { withFileTypes: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'ENOENT') leftOvers.push({ path: directory, reason: `it cannot be read (${code})` })
    return
  }
  for (const item of items) {
    const path = host.path.join(directory, item.name)
    const entry = ownEntry(place, host.path.relative(top, path))
    if (entry?.kind === 'directory' && item.isDirectory()) {
      await clear(sweep, path)
      if (!found.includes(path)) await removeEmpty(host, path)
    } else if (entry?.kind === 'file' && item.isFile() && (sweep.isMade || (await isGatesFile(host, path, entry)))) {
      const failure = await host.fs.unlink(path).catch((error: NodeJS.ErrnoException) => error)
      if (failure) leftOvers.push({ path, reason: `it cannot be deleted (${failure.code})` })
    } else leftOvers.push({ path, reason: NOT_GATES })
  }
}

async function removeEmpty(host: Host, directory: string): Promise<void> {
  // What is in there was named, or came just now from somebody who still needs it.
  await host.fs.rmdir(directory).catch(() => {})
}
