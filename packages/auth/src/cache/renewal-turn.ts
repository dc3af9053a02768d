// Shared with the lean token command: node:fs only.
import { closeSync, openSync, readFileSync, statSync, unlinkSync, writeSync } from 'node:fs'
import {
  type CachedTokenAnswer,
  type CachedTokenQuery,
  readCachedToken,
  renewableProfile,
} from './read-cached-token.js'

/** Milliseconds that a process waits for another one; then it goes the same way itself. Codex gives its helper 15 seconds. */
const LIMIT_MS = 8_000
/** The same while the token at hand is still valid. */
const AHEAD_LIMIT_MS = 2_000
/** Milliseconds after which a claim is a dead one's, whatever has its process id by now. */
const OLDEST_CLAIM_MS = 30_000
const FIRST_PAUSE_MS = 40
const LONGEST_PAUSE_MS = 250

/** The end of a wait. */
export interface RenewalTurn {
  /** The token that another process fetched meanwhile. */
  readonly answer: CachedTokenAnswer
  /** Ends the turn of this process; nothing when it is not its turn. */
  done(): void
}

/**
 * Lets one of many helpers renew the token, and the others wait for it without loading what only that one needs: they all
 * come at the same moment, and each that loads the rest takes five times as long as Node takes to start. A hint, not a lock:
 * whoever goes on does so under the lock of the sign-in.
 */
export async function awaitRenewalTurn(query: Omit<CachedTokenQuery, 'now'>): Promise<RenewalTurn> {
  const now = () => ({ ...query, now: Date.now() })
  const renewable = renewableProfile(now())
  const nobody: RenewalTurn = { answer: undefined, done() {} }
  // Nobody is signed in, or the token is for something else.
  if (renewable === undefined) return nobody
  const claim = `${query.cacheDirectory}/tokens/${renewable.profile}.renewing`
  if (take(claim)) return { answer: undefined, done: () => give(claim) }
  const limit = renewable.isValid ? AHEAD_LIMIT_MS : LIMIT_MS
  let pause = FIRST_PAUSE_MS
  for (let waited = 0; waited < limit; pause = Math.min(pause * 1.3, LONGEST_PAUSE_MS)) {
    const ms = pause * (0.5 + Math.random())
    await new Promise((resolve) => setTimeout(resolve, ms))
    waited += ms
    const isOver = !isTaken(claim)
    const answer = readCachedToken(now())
    if (answer !== undefined) return { answer, done() {} }
    // It failed. All others find out by themselves why, at once and not one after the other.
    if (isOver) return nobody
  }
  return nobody
}

function take(claim: string): boolean {
  for (const isFirst of [true, false]) {
    try {
      const file = openSync(claim, 'wx', 0o600)
      writeSync(file, String(process.pid))
      closeSync(file)
      return true
    } catch (error) {
      // Where nothing can be written, everybody goes on.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return true
      if (isTaken(claim)) return false
      if (isFirst) remove(claim)
    }
  }
  return true
}

/** Takes back what this process has claimed, and nothing that another one claimed when this one was taken for dead. */
function give(claim: string): void {
  if (claimant(claim) === process.pid) remove(claim)
}

function isTaken(claim: string): boolean {
  try {
    const { mtimeMs, size } = statSync(claim)
    if (Math.abs(Date.now() - mtimeMs) > OLDEST_CLAIM_MS) return false
    // Between its two calls.
    return size === 0 || isRunning(claimant(claim))
  } catch {
    return false
  }
}

function claimant(claim: string): number {
  try {
    return Number(readFileSync(claim, 'utf8'))
  } catch {
    return Number.NaN
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it exists and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function remove(claim: string): void {
  try {
    unlinkSync(claim)
  } catch {
    // Gone already, or not to be removed: it is believed for half a minute.
  }
}
