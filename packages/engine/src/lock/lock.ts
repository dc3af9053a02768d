import { createHash, randomBytes } from 'node:crypto'
import { advice, GateError, gatePaths, type Host } from '@gate/core'
import { renamePatiently } from '../files/atomic-write.js'
import { makeDirectories, missingDirectories } from '../files/directories.js'
import { errnoOf, ioError, naming } from '../files/io-error.js'
import { isDead, ownIdentity, type ProcessIdentity } from './process-identity.js'
import { startSignOfLife } from './sign-of-life.js'

export interface LockOptions {
  /** Milliseconds to wait for the holder. Default 30000. */
  readonly timeoutMs?: number
  /**
   * Milliseconds without a sign of life after which a holder that still exists (suspended, or on another machine) loses
   * the lock. Default 10000; holders give a sign every second.
   */
  readonly staleMs?: number
  readonly signal?: AbortSignal
  /** Absolute directory that the lock is made in. Default: `locks` in the state directory. */
  readonly directory?: string
}

/** A lock that this process holds, or held. */
export interface HeldLock {
  /** @throws GateError `lock-lost` when another process took the lock over, e.g. while this one was suspended. */
  assertHeld(): Promise<void>
}

interface Owner extends ProcessIdentity {
  /** Unique per acquisition. */
  readonly token: string
}

const HEARTBEAT_MS = 1000
const LONGEST_PAUSE_MS = 250
const OWNER_FILE = 'owner.json'

/**
 * Runs `fn` while holding the lock `name`, across all processes of this user. Not re-entrant.
 *
 * The lock is a directory that appears by one rename with its owner's identity already inside, so that it is never
 * without a name: a dead owner is replaced at once, a suspended one after `staleMs` without a sign of life. Waiting time
 * is counted in sleeps, never read from the clock, so a clock that jumps does no harm.
 *
 * @param fn Gets the lock; a holder that was suspended must call `assertHeld` before anything final.
 * @throws GateError `lock-timeout` when the lock was not free in time, `file-read-only` when the directory cannot be
 * written.
 */
export async function withLock<T>(
  host: Host,
  name: string,
  fn: (lock: HeldLock) => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const { directory = gatePaths(host).locks } = options
  const path = host.path.join(directory, `${name}.lock`)
  await makeDirectories(host, await missingDirectories(host, directory))
  const identity = await ownIdentity(host)
  const owner: Owner = { ...identity, token: newToken(identity) }
  const lost = { yes: false }
  await acquire(host, path, owner, options)
  const lock = { path, ownerFile: host.path.join(path, OWNER_FILE) }
  const isOurs = (text: string) => parseOwner(text)?.token === owner.token
  const life = startSignOfLife(host, lock, HEARTBEAT_MS, isOurs, () => {
    lost.yes = true
  })
  try {
    await removeDebrisOfTheDead(host, directory, `${name}.lock.`, identity)
    return await fn({ assertHeld: () => assertHeld(host, path, owner, lost.yes) })
  } finally {
    // A lock that cannot be released is taken over by the next process, so this must not hide the result of fn.
    await life.stop()
    await removeOwn(host, path, owner).catch(() => {})
  }
}

async function assertHeld(host: Host, path: string, owner: Owner, compromised: boolean): Promise<void> {
  let text = ''
  try {
    text = await host.fs.readFile(host.path.join(path, OWNER_FILE), 'utf8')
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw ioError(error, path, 'check')
  }
  if (!compromised && parseOwner(text)?.token === owner.token) return
  throw new GateError({
    code: 'lock-lost',
    message: 'Another gate process took over, because this one was suspended too long. Nothing more was changed.',
    fix: advice('Run the command again.'),
  })
}

async function acquire(host: Host, path: string, owner: Owner, options: LockOptions): Promise<void> {
  const { timeoutMs = 30_000, staleMs = 10_000, signal } = options
  const claim = `${path}.${owner.token}`
  await naming(claim, 'create', async () => {
    await host.fs.mkdir(claim, { mode: 0o700 })
    await host.fs.writeFile(host.path.join(claim, OWNER_FILE), JSON.stringify(owner), { mode: 0o600 })
  })
  const seen = { sign: '', sinceMs: 0 }
  try {
    for (let waitedMs = 0; ; ) {
      signal?.throwIfAborted()
      if (await take(host, claim, path)) return
      const holder = await readOwner(host, path)
      const sign = `${holder?.token} ${await lastSignOfLife(host, path)}`
      if (sign !== seen.sign) Object.assign(seen, { sign, sinceMs: waitedMs })
      if ((holder && (await isDead(host, holder))) || waitedMs - seen.sinceMs >= staleMs) {
        await evict(host, path, holder, owner)
        seen.sign = ''
        continue
      }
      if (waitedMs >= timeoutMs) throw timeout(path, holder)
      // The longer it takes, the less often this process asks: a hundred helpers wait for the one that refreshes, and
      // must leave it the processor.
      const pause = Math.round(Math.min(20 + waitedMs / 4, LONGEST_PAUSE_MS) * (0.5 + Math.random()))
      await host.clock.sleep(pause, signal)
      waitedMs += pause
    }
  } catch (error) {
    await host.fs.rm(claim, { recursive: true, force: true }).catch(() => {})
    throw error
  }
}

/**
 * Whether a living process holds the lock `name` right now.
 *
 * @param directory As in {@link LockOptions}.
 */
export async function isLocked(host: Host, name: string, directory = gatePaths(host).locks): Promise<boolean> {
  const owner = await readOwner(host, host.path.join(directory, `${name}.lock`))
  return owner !== undefined && !(await isDead(host, owner))
}

function timeout(path: string, holder: Owner | undefined): GateError {
  return new GateError({
    code: 'lock-timeout',
    message: `Another gate process${holder ? ` (process ${holder.pid})` : ''} is at work and did not finish in time.`,
    file: path,
    fix: advice('Wait until it has finished, or end it, and run the command again.'),
  })
}

/** Makes a claim the lock; false when the lock is held. */
async function take(host: Host, claim: string, path: string): Promise<boolean> {
  try {
    await host.fs.rename(claim, path)
    return true
  } catch (error) {
    const held = ['ENOTEMPTY', 'EEXIST', ...(host.platform === 'win32' ? ['EPERM', 'EACCES'] : [])]
    if (held.includes(errnoOf(error) ?? '')) return false
    throw ioError(error, path, 'lock')
  }
}

/** The owner of a lock or claim; undefined when nobody can be told. */
async function readOwner(host: Host, directory: string): Promise<Owner | undefined> {
  const text = await host.fs.readFile(host.path.join(directory, OWNER_FILE), 'utf8').catch(() => '')
  return parseOwner(text)
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { pid, startTime, namespace, token } = value as Record<string, unknown>
    if (!Number.isSafeInteger(pid) || (pid as number) <= 0 || typeof token !== 'string') return undefined
    return {
      pid: pid as number,
      startTime: typeof startTime === 'string' ? startTime : null,
      namespace: typeof namespace === 'string' ? namespace : null,
      token,
    }
  } catch {
    return undefined
  }
}

async function lastSignOfLife(host: Host, path: string): Promise<number | undefined> {
  return (await host.fs.stat(path).catch(() => undefined))?.mtimeMs
}

/** Takes the lock away from `holder`, and from nobody else who may have become the owner meanwhile. */
async function evict(host: Host, path: string, holder: Owner | undefined, by: ProcessIdentity): Promise<void> {
  const aside = `${path}.${newToken(by)}`
  try {
    await renamePatiently(host, path, aside)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw ioError(error, path, 'take over')
  }
  const evicted = await readOwner(host, aside)
  if (evicted?.token !== holder?.token) {
    // Somebody else evicted the same holder first and owns the lock by now. If a third one was faster than this second
    // rename, the owner finds out through assertHeld.
    await renamePatiently(host, aside, path).catch(() => host.fs.rm(aside, { recursive: true, force: true }))
    return
  }
  await host.fs.rm(aside, { recursive: true, force: true })
}

async function removeOwn(host: Host, path: string, owner: Owner): Promise<void> {
  if ((await readOwner(host, path))?.token === owner.token) await evict(host, path, owner, owner)
}

/** Names a claim so that its process is known even when it was killed before it could write that down. */
function newToken({ pid, namespace }: ProcessIdentity): string {
  return `${pid}-${tagOf(namespace)}-${randomBytes(8).toString('hex')}`
}

function tagOf(namespace: string | null): string {
  return createHash('sha256')
    .update(namespace ?? '')
    .digest('hex')
    .slice(0, 8)
}

/** Processes that were killed while waiting or taking over leave directories behind. */
async function removeDebrisOfTheDead(
  host: Host,
  directory: string,
  prefix: string,
  own: ProcessIdentity,
): Promise<void> {
  for (const name of await host.fs.readdir(directory).catch(() => [])) {
    if (!name.startsWith(prefix)) continue
    const path = host.path.join(directory, name)
    const [pid, tag] = name.slice(prefix.length).split('-')
    const owner = (await readOwner(host, path)) ?? { pid: Number(pid), startTime: null, namespace: own.namespace }
    if (tag !== tagOf(own.namespace) || !Number.isSafeInteger(owner.pid) || !(await isDead(host, owner))) continue
    await host.fs.rm(path, { recursive: true, force: true }).catch(() => {})
  }
}
