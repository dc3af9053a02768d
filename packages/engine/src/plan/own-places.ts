import type { Host, Plan } from '@gate/core'
import { errnoOf, ioError } from '../files/io-error.js'
import type { Target } from '../files/resolve-target.js'
import { invalidPlan } from './check-plan.js'

/** Where gate keeps its own files, by name and by what the system says. */
export interface OwnPlaces {
  /** Comparable paths of the directories, as they are called and with links followed. */
  readonly paths: readonly string[]
  /** Device and inode of those that exist: no spelling, link or second mount hides these. */
  readonly identities: ReadonlySet<string>
}

/** Looks gate's directories up, once per plan. */
export async function ownPlaces(host: Host): Promise<OwnPlaces> {
  const directories = Object.values(host.directories)
  const paths = new Set(directories.map((directory) => comparable(host, directory)))
  const identities = new Set<string>()
  for (const directory of directories) {
    const real = await host.fs.realpath(directory).catch(() => undefined)
    if (real === undefined) continue
    paths.add(comparable(host, real))
    const identity = await identityOf(host, real)
    if (identity !== undefined) identities.add(identity)
  }
  return { paths: [...paths], identities }
}

/**
 * Checks that an edit does not aim at what gate itself lives by: a plan that could change the configuration, receipts or
 * secrets would decide for all clients.
 *
 * @param target Where the path leads; undefined before that is known.
 * @throws GateError `edit-invalid`.
 */
export async function refuseOwnFiles(
  host: Host,
  own: OwnPlaces,
  plan: Plan,
  path: string,
  target: Target | undefined,
): Promise<void> {
  const refuse = () => invalidPlan(plan, `${path} is a place of gate's own files`)
  for (const name of target === undefined ? [path] : [path, target.real]) {
    const wanted = comparable(host, name)
    // A file in the place of a parent would keep gate from making its directory.
    const isOwn = (directory: string) => isWithin(host, wanted, directory) || isWithin(host, directory, wanted)
    if (own.paths.some(isOwn)) throw refuse()
  }
  if (target === undefined) return
  for (let current = host.path.dirname(target.real); ; current = host.path.dirname(current)) {
    const identity = await identityOf(host, current)
    if (identity !== undefined && own.identities.has(identity)) throw refuse()
    if (current === host.path.dirname(current)) break
  }
  if (target.stat !== undefined && target.stat.links > 1 && (await isOwnHardLink(host, target.real))) throw refuse()
}

function isWithin(host: Host, path: string, directory: string): boolean {
  return (
    path === directory || path.startsWith(directory.endsWith(host.path.sep) ? directory : directory + host.path.sep)
  )
}

/** macOS and Windows take names for the same that differ in case or in how an accent is written. */
function comparable(host: Host, path: string): string {
  return host.platform === 'linux' ? path : path.normalize('NFC').toLowerCase()
}

/** Whether a file has another name among gate's own; only looked for where a file has several names. */
async function isOwnHardLink(host: Host, path: string): Promise<boolean> {
  const wanted = await identityOf(host, path)
  const pending = Object.values(host.directories)
  for (let directory = pending.pop(); directory !== undefined; directory = pending.pop()) {
    const entries = await host.fs.readdir(directory, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      const here = host.path.join(directory, entry.name)
      if (entry.isDirectory()) pending.push(here)
      else if ((await identityOf(host, here)) === wanted) return true
    }
  }
  return false
}

async function identityOf(host: Host, path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await host.fs.lstat(path, { bigint: true })
    return `${dev} ${ino}`
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined
    throw ioError(error, path, 'look at')
  }
}
