import { advice, GateError, type Host } from '@gate/core'
import type { Owner } from './atomic-write.js'
import { errnoOf, ioError } from './io-error.js'

/** Where the bytes of a file really are. */
export interface Target {
  /** As it was asked for. */
  readonly path: string
  /** With all symbolic links followed; of an absent file, where it would be created. */
  readonly real: string
  /** Undefined when the file does not exist. */
  readonly stat: TargetStat | undefined
  /** Directories, outermost first, that are missing on the way to `real`. */
  readonly missingDirectories: readonly string[]
}

interface TargetStat {
  /** Permission bits, with set-id and sticky bits. */
  readonly mode: number
  readonly owner: Owner
  /** How many names the file has. */
  readonly links: number
  /** Changes whenever the file is written or replaced, as far as the system's clock ticks. */
  readonly stamp: string
}

/**
 * Follows links to the file that a path leads to, without opening anything: opening a FIFO would block.
 *
 * @throws GateError `file-dangling-link` for a link that leads nowhere or in a circle, `file-not-regular` for a
 * directory, FIFO, socket or device, `file-read-only` when the way cannot be walked.
 */
export async function resolveTarget(host: Host, path: string): Promise<Target> {
  let real: string
  try {
    real = await host.fs.realpath(path)
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw ioError(error, path, 'look at')
    return resolveAbsent(host, path)
  }
  const stat = await lstat(host, path, real)
  if (!stat?.isFile()) {
    throw new GateError({
      code: 'file-not-regular',
      message: `${path} is ${kindOf(stat)}, not a file. Nothing was changed.`,
      file: path,
      fix: advice(`Look at what is at ${real} and move it away.`),
    })
  }
  return {
    path,
    real,
    stat: {
      mode: Number(stat.mode & 0o7777n),
      owner: { uid: Number(stat.uid), gid: Number(stat.gid) },
      links: Number(stat.nlink),
      stamp: stampOf(stat),
    },
    missingDirectories: [],
  }
}

async function resolveAbsent(host: Host, path: string): Promise<Target> {
  const missing: string[] = []
  for (let current = path; ; current = host.path.dirname(current)) {
    if (current !== path) {
      try {
        const directory = await host.fs.realpath(current)
        const names = missing.map((name) => host.path.basename(name))
        const steps = names.map((_, index) => host.path.join(directory, ...names.slice(0, index + 1)))
        return { path, real: steps.at(-1) ?? path, stat: undefined, missingDirectories: steps.slice(0, -1) }
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT') throw ioError(error, path, 'look at')
      }
    }
    if (await lstat(host, path, current)) throw dangling(path, current)
    if (host.path.dirname(current) === current) throw dangling(path, current)
    missing.unshift(current)
  }
}

async function lstat(host: Host, path: string, at: string) {
  try {
    return await host.fs.lstat(at, { bigint: true })
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw ioError(error, path, 'look at')
  }
}

/** What tells one version of a file from another without reading it. */
export function stampOf(stat: { ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint }): string {
  return `${stat.ino} ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}`
}

function dangling(path: string, link: string): GateError {
  return new GateError({
    code: 'file-dangling-link',
    message: `${link} is a link to something that does not exist. Nothing was changed.`,
    file: path,
    fix: advice(`Create what ${link} points to, or remove the link.`),
  })
}

function kindOf(stat: Awaited<ReturnType<typeof lstat>>): string {
  if (!stat) return 'gone'
  if (stat.isDirectory()) return 'a directory'
  if (stat.isFIFO()) return 'a FIFO'
  if (stat.isSocket()) return 'a socket'
  return 'a device'
}

/**
 * Whether gate may replace or create the file. Checked by owner and permission bits, because root may write everything
 * and would leave files behind that their user cannot change any more.
 *
 * @throws GateError `file-foreign-owner`, `file-read-only`, `file-not-regular`.
 */
export async function assertWritable(host: Host, target: Target): Promise<void> {
  const { path, stat, missingDirectories } = target
  const uid = host.process.uid
  if (stat) {
    assertOwner(path, 'file', stat.owner.uid, uid)
    if ((stat.mode & 0o200) === 0) throw readOnly(path, path)
  }
  const parent = host.path.dirname(missingDirectories[0] ?? target.real)
  const directory = await lstat(host, path, parent)
  if (!directory?.isDirectory()) {
    throw new GateError({
      code: 'file-not-regular',
      message: `${parent} is not a directory, so ${path} cannot be written. Nothing was changed.`,
      file: path,
      fix: advice(`Look at what is at ${parent} and move it away.`),
    })
  }
  // Others may have good reasons for working in a directory of somebody else, root never has.
  if (!stat && uid === 0) assertOwner(path, 'directory', Number(directory.uid), uid)
  if ((directory.mode & 0o200n) === 0n) throw readOnly(path, parent)
}

function assertOwner(path: string, what: string, owner: number, uid: number | undefined): void {
  if (uid === undefined || owner === uid) return
  throw new GateError({
    code: 'file-foreign-owner',
    message: `The ${what} of ${path} belongs to user ${owner}, but gate runs as user ${uid}. Nothing was changed.`,
    file: path,
    fix:
      uid === 0
        ? advice('Run gate as the user who owns the file, without sudo.')
        : advice(`Take ownership of ${path}, or leave this client out.`),
  })
}

function readOnly(path: string, what: string): GateError {
  return new GateError({
    code: 'file-read-only',
    message: `${what} is read-only, so ${path} stays as it is. Nothing was changed.`,
    file: path,
    fix: advice(`Make it writable: chmod u+w '${what}'`),
  })
}
