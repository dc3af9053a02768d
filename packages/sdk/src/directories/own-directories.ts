import { type Action, advice, GateError, type Host } from '@gate/core'
import { type OwnPlace, ownEntry } from '../ownership/own-entries.js'
import { shellWord } from '../ownership/shell-word.js'
import { isGatesFile } from './is-gates-file.js'

const PROOFS = 'plugins'

/** Where verdicts about foreign plugins are remembered. */
export function proofDirectory(host: Host): string {
  return host.path.join(host.directories.cache, PROOFS)
}

/** What {@link createOwnDirectories} remembers. */
export interface Created {
  /** Directories that gate made: its own and their parents. */
  readonly directories: readonly string[]
  /** Directories that have the names of gate's and were there before gate came. */
  readonly found: readonly string[]
}

/**
 * Creates gate's directories and remembers which of them and of their parents (`~/.config`, `~/.local` …) did not exist
 * before, so that `removeOwnDirectories` can take exactly those away again.
 *
 * @throws GateError `file-foreign-owner`, `file-read-only`, `disk-full`, `file-not-regular`, `io-failed`.
 */
export async function createOwnDirectories(host: Host): Promise<void> {
  const known = await readCreated(host)
  const created = known ?? (await asGateComes(host))
  const { config, state, cache } = host.directories
  const made: string[] = []
  for (const directory of [config, state, cache]) made.push(...(await make(host, directory)))
  if (known !== undefined && made.length === 0) return
  const remembered: Created = { ...created, directories: [...new Set([...created.directories, ...made])] }
  const file = createdFile(host)
  try {
    await host.fs.writeFile(host.toNative(file), JSON.stringify(remembered), { mode: 0o600 })
  } catch (error) {
    throw (await import('@gate/engine')).ioError(error, file, 'write')
  }
}

/** What there is to remember while nothing is remembered yet: all that is missing will be gate's, the rest is not. */
export async function asGateComes(host: Host): Promise<Created> {
  const { config, state, cache } = host.directories
  const directories: string[] = []
  const found: string[] = []
  for (const [place, directory] of Object.entries({ config, state, cache })) {
    const missing = await missingParts(host, directory)
    const there = await contentsOf(host, place as OwnPlace, directory)
    directories.push(...missing)
    // What holds files of gate and nothing else was made by a gate that had nothing to remember.
    if (missing.length === 0 && there.isGates) directories.push(directory)
    else found.push(...there.directories)
  }
  return { directories, found }
}

function createdFile(host: Host): string {
  return host.path.join(host.directories.state, 'created.json')
}

/** What {@link createOwnDirectories} remembered; undefined when nothing is. */
export async function readCreated(host: Host): Promise<Created | undefined> {
  try {
    const value: unknown = JSON.parse(await host.fs.readFile(host.toNative(createdFile(host)), 'utf8'))
    const { directories, found } = value as Readonly<Record<string, unknown>>
    return { directories: textsIn(directories), found: textsIn(found) }
  } catch {
    return undefined
  }
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : []
}

/** Whether a directory holds files of gate and nothing else, and the directories in it that have names of gate's. */
async function contentsOf(
  host: Host,
  place: OwnPlace,
  top: string,
): Promise<{ readonly isGates: boolean; readonly directories: readonly string[] }> {
  const directories: string[] = []
  let files = 0
  let others = 0
  const look = async (directory: string): Promise<void> => {
    for (const item of await host.fs.readdir(host.toNative(directory), { withFileTypes: true }).catch(() => [])) {
      const path = host.path.join(directory, item.name)
      const entry = ownEntry(place, host.path.relative(top, path))
      if (item.isDirectory() && entry?.kind === 'directory') {
        directories.push(path)
        await look(path)
      } else if (item.isFile() && entry?.kind === 'file' && (await isGatesFile(host, path, entry))) files++
      else others++
    }
  }
  await look(top)
  return { isGates: files > 0 && others === 0, directories }
}

/** @returns The directories that were made, outermost first; none when all were there. */
async function make(host: Host, directory: string): Promise<string[]> {
  const missing = await missingParts(host, directory)
  const made: string[] = []
  for (const each of missing.length === 0 ? [directory] : missing)
    if (await makeOne(host, each, directory)) made.push(each)
  return made
}

/** Outermost first. */
async function missingParts(host: Host, directory: string): Promise<string[]> {
  const missing: string[] = []
  for (let at = directory; !(await isThere(host, at)) && host.path.dirname(at) !== at; at = host.path.dirname(at)) {
    missing.unshift(at)
  }
  return missing
}

/** @returns False when it is there already. */
async function makeOne(host: Host, each: string, directory: string): Promise<boolean> {
  try {
    await host.fs.mkdir(host.toNative(each), { mode: 0o700 })
    return true
  } catch (error) {
    const { errnoOf, ioError } = await import('@gate/engine')
    if (errnoOf(error) === 'EEXIST') {
      await assertOurs(host, each)
      return false
    }
    const told = ioError(error, directory, 'create')
    if (!GateError.isInstance(told) || told.code !== 'file-read-only') throw told
    const fix = errnoOf(error) === 'EROFS' ? READ_ONLY_DISK : await permissionFix(host, directory)
    if (fix === undefined) throw told
    throw new GateError({ code: told.code, message: told.message, file: directory, fix, cause: error })
  }
}

/** Looked at again, because in a directory where others may write too, one of them may have been faster than gate. */
async function assertOurs(host: Host, directory: string): Promise<void> {
  const stats = await host.fs.stat(host.toNative(directory)).catch(() => undefined)
  const { uid } = host.process
  if (stats?.isDirectory() && (uid === undefined || stats.uid === uid)) return
  if (stats?.isDirectory()) {
    throw new GateError({
      code: 'file-foreign-owner',
      message: `${directory} belongs to user ${stats.uid}, but gate runs as user ${uid}. Nothing was changed.`,
      file: directory,
      fix: advice('Set GATE_HOME to a directory of your own.'),
    })
  }
  throw new GateError({
    code: 'file-not-regular',
    message: `${directory} is not a directory, so gate cannot keep its files there.`,
    file: directory,
    fix: advice(`Look at what is at ${directory} and move it away.`),
  })
}

function isThere(host: Host, path: string): Promise<boolean> {
  return host.fs.lstat(host.toNative(path)).then(
    () => true,
    () => false,
  )
}

/** What helps where not even the owner may write. */
export const READ_ONLY_DISK = advice('Set GATE_HOME to a directory on a disk that can be written.')

/** The command that lets a directory be made; undefined when it is not for this user to say. */
export async function permissionFix(host: Host, directory: string): Promise<Action | undefined> {
  const parent = await nearestThere(host, directory)
  const stats = await host.fs.stat(host.toNative(parent)).catch(() => undefined)
  const isOurs = host.process.uid !== undefined && stats?.uid === host.process.uid
  return isOurs ? { action: 'run', command: `chmod u+w ${shellWord(parent)}` } : undefined
}

/** The directory itself, or the nearest one above it that is there. */
export async function nearestThere(host: Host, directory: string): Promise<string> {
  for (let current = directory; ; current = host.path.dirname(current)) {
    if ((await isThere(host, current)) || host.path.dirname(current) === current) return current
  }
}
