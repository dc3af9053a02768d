import { GateError, gatePaths, type Host } from '@gate/core'

/** What gate may leave in each of its directories. */
function ownEntries(host: Host): readonly string[] {
  const { directories, path } = host
  return [
    ...Object.values(gatePaths(host)),
    ...['login', 'sign-in', CREATED].map((name) => path.join(directories.state, name)),
    path.join(directories.cache, PROOFS),
  ]
}

const PROOFS = 'plugins'
const CREATED = 'created.json'

/** Where verdicts about foreign plugins are remembered. */
export function proofDirectory(host: Host): string {
  return host.path.join(host.directories.cache, PROOFS)
}

/**
 * Creates gate's directories and remembers which parents (`~/.config`, `~/.local` …) did not exist before, so that
 * {@link removeOwnDirectories} can take exactly those away again.
 *
 * @throws GateError `file-read-only`, `disk-full`, `file-not-regular`, `io-failed`.
 */
export async function createOwnDirectories(host: Host): Promise<void> {
  const created: string[] = []
  for (const directory of [host.directories.config, host.directories.state, host.directories.cache]) {
    const first = await make(host, directory)
    if (first !== undefined) created.push(...between(host, first, directory))
  }
  if (created.length === 0) return
  const file = host.path.join(host.directories.state, CREATED)
  const known = await readCreated(host, file)
  const all = [...new Set([...known, ...created])]
  try {
    await host.fs.writeFile(host.toNative(file), JSON.stringify({ directories: all }), { mode: 0o600 })
  } catch (error) {
    throw (await import('@gate/engine')).ioError(error, file, 'write')
  }
}

/** @returns The outermost directory that was made; undefined when all were there. */
async function make(host: Host, directory: string): Promise<string | undefined> {
  try {
    return await host.fs.mkdir(host.toNative(directory), { recursive: true, mode: 0o700 })
  } catch (error) {
    const { errnoOf, ioError } = await import('@gate/engine')
    const told = ioError(error, directory, 'create')
    if (!GateError.isInstance(told) || told.code !== 'file-read-only') throw told
    const fix = errnoOf(error) === 'EROFS' ? READ_ONLY_DISK : await permissionFix(host, directory)
    if (fix === undefined) throw told
    throw new GateError({ code: told.code, message: told.message, file: directory, fix, cause: error })
  }
}

/** What helps where not even the owner may write. */
export const READ_ONLY_DISK = 'Set GATE_HOME to a directory on a disk that can be written.'

/** The command that lets a directory be made; undefined when it is not for this user to say. */
export async function permissionFix(host: Host, directory: string): Promise<string | undefined> {
  const parent = await nearestThere(host, directory)
  const stats = await host.fs.stat(host.toNative(parent)).catch(() => undefined)
  const isOurs = host.process.uid !== undefined && stats?.uid === host.process.uid
  return isOurs ? `chmod u+w ${parent}` : undefined
}

/** The directory itself, or the nearest one above it that is there. */
export async function nearestThere(host: Host, directory: string): Promise<string> {
  for (let current = directory; ; current = host.path.dirname(current)) {
    const isThere = await host.fs.lstat(host.toNative(current)).then(
      () => true,
      () => false,
    )
    if (isThere || host.path.dirname(current) === current) return current
  }
}

/** What {@link removeOwnDirectories} could not take away. */
export interface LeftOver {
  readonly path: string
  readonly reason: string
}

/**
 * Deletes gate's directories. One that existed before gate came (somebody pointed `GATE_HOME` at it) loses only gate's
 * own entries; what else is in there stays and is named.
 */
export async function removeOwnDirectories(host: Host): Promise<readonly LeftOver[]> {
  const { config, state, cache, runtime } = host.directories
  const created = await readCreated(host, host.path.join(state, CREATED))
  const leftOvers: LeftOver[] = []
  for (const entry of ownEntries(host)) await host.fs.rm(host.toNative(entry), { recursive: true, force: true })
  for (const directory of [runtime, cache, state, config]) {
    if (created.includes(directory)) await host.fs.rm(host.toNative(directory), { recursive: true, force: true })
    const left = await removeEmpty(host, directory)
    if (left) leftOvers.push(left)
  }
  // Deepest first; a parent that somebody else uses by now is simply not empty.
  for (const directory of created.sort((a, b) => b.length - a.length)) await removeEmpty(host, directory)
  return leftOvers
}

async function removeEmpty(host: Host, directory: string): Promise<LeftOver | undefined> {
  try {
    await host.fs.rmdir(host.toNative(directory))
    return undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT') return undefined
    const foreign = code === 'ENOTEMPTY' || code === 'EEXIST'
    return { path: directory, reason: foreign ? 'holds files that are not of gate' : String(code) }
  }
}

/** Every directory from `last` up to `first`, as mkdir named it: Node for Windows answers with `\\?\C:\…`. */
function between(host: Host, first: string, last: string): string[] {
  const all: string[] = []
  for (let directory = last; ; directory = host.path.dirname(directory)) {
    all.push(directory)
    const native = host.toNative(directory)
    if (native === first || host.path.toNamespacedPath(native) === first) return all
    if (directory === host.path.dirname(directory)) return []
  }
}

async function readCreated(host: Host, file: string): Promise<string[]> {
  try {
    const value: unknown = JSON.parse(await host.fs.readFile(host.toNative(file), 'utf8'))
    const directories = (value as { directories?: unknown }).directories
    return Array.isArray(directories) ? directories.filter((entry): entry is string => typeof entry === 'string') : []
  } catch {
    return []
  }
}
