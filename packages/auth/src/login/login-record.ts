import { randomBytes } from 'node:crypto'
import { ERROR_CODES, GateError, type GateErrorCode, type Host } from '@gate/core'
import { atomicWrite } from '@gate/engine'
import { isRecord } from '../cache/cache-entry.js'
import { readPrivateFile } from '../private-file.js'
import { isSecretLocked } from '../secret-store/secret-lock.js'
import type { SignIn } from '../sign-in.js'

/** What other processes can know about the last login of a profile: `<state>/login/<profile>.json`. */
export interface LoginRecord {
  /** Grant key that the login was for. */
  readonly key: string
  readonly id: string
  /** `starting`: a process was started for it. `running`: it waits for the person. */
  readonly state: 'starting' | 'running' | 'succeeded' | 'failed'
  /** Process that runs it. */
  readonly pid: number
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** When it is given up at the latest. */
  readonly deadlineAt: number
  /** Address on this machine that the person has to open; absent once a browser did, because it is good for one. */
  readonly url?: string
  /** Logins that failed, one after another, up to now. */
  readonly failures: number
  readonly finishedAt?: number
  /** Of `failed`. */
  readonly code?: string
  readonly message?: string
}

const VERSION = 1
/** How long a login may take unless somebody says otherwise. */
export const DEFAULT_LOGIN_TIMEOUT_MS = 10 * 60_000
// A process that was started takes the lock within a second, or a few on a busy machine.
const START_MS = 60_000
// After a no, or nobody there: clients call their helper again within seconds, and each call would open a browser.
const LONG_COOL_DOWN_MS = 5 * 60_000
const COOL_DOWN_MS = 60_000
const LONGEST_COOL_DOWN_MS = 8 * 60 * 60_000
const AFTER_NO: readonly string[] = ['login-denied', 'login-timeout']

/** @param before The record that this one takes the place of. */
export function newLoginRecord(
  signIn: SignIn,
  timeoutMs: number,
  pid: number,
  before: LoginRecord | undefined,
): LoginRecord {
  const failures = before?.failures ?? 0
  const now = signIn.host.clock.now()
  const id = randomBytes(8).toString('hex')
  return { key: signIn.key, id, state: 'starting', pid, startedAt: now, deadlineAt: now + timeoutMs, failures }
}

export async function readLoginRecord(signIn: SignIn): Promise<LoginRecord | undefined> {
  const file = await readPrivateFile(signIn.host, pathOf(signIn.host, signIn.binding.profile))
  if (file.state !== 'read') return undefined
  let value: unknown
  try {
    value = JSON.parse(file.text)
  } catch {
    return undefined
  }
  if (!isRecord(value) || value.version !== VERSION || value.key !== signIn.key) return undefined
  const { id, state, pid, startedAt, deadlineAt } = value
  const wellFormed =
    typeof id === 'string' &&
    ['starting', 'running', 'succeeded', 'failed'].includes(String(state)) &&
    [pid, startedAt, deadlineAt].every((each) => typeof each === 'number')
  if (!wellFormed) return undefined
  const { failures } = value
  return { ...(value as unknown as LoginRecord), failures: isCount(failures) ? failures : 0 }
}

export async function writeLoginRecord(signIn: SignIn, record: LoginRecord): Promise<void> {
  const path = pathOf(signIn.host, signIn.binding.profile)
  await atomicWrite(signIn.host, path, `${JSON.stringify({ version: VERSION, ...record }, null, 2)}\n`)
}

/** Takes back the record of a login that was announced and never began. */
export async function removeLoginRecord(signIn: SignIn): Promise<void> {
  await signIn.host.fs.rm(pathOf(signIn.host, signIn.binding.profile), { force: true })
}

/** Lock that a login holds from before its record says `running` until it has said how the login ended. */
export function loginLock(signIn: Pick<SignIn, 'key'>): string {
  return `login-${signIn.key}`
}

/** True while a login lives and its time is not over. */
export async function isUnderWay(signIn: SignIn, record: LoginRecord | undefined): Promise<boolean> {
  return record !== undefined && signIn.host.clock.now() < record.deadlineAt + 5_000 && (await isAlive(signIn, record))
}

/**
 * True while there is a process that will still say how the login ended. The lock knows its holder from a later process
 * with the same id, e.g. after a reboot; the record alone is believed only while the process that was started may not
 * have come to the lock yet.
 */
export async function isAlive(signIn: SignIn, record: LoginRecord): Promise<boolean> {
  if (record.state !== 'starting' && record.state !== 'running') return false
  if (await isSecretLocked(signIn.host, loginLock(signIn))) return true
  const { clock, process } = signIn.host
  const age = clock.now() - record.startedAt
  return record.state === 'starting' && age > -1_000 && age < START_MS && process.isRunning(record.pid)
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0
}

/**
 * Milliseconds for which no login is started by itself after a failed one: twice as long after each one more, so that a
 * machine on which nobody sits does not open a browser every few minutes for ever.
 */
export function coolDownLeft(record: LoginRecord | undefined, now: number): number {
  if (record?.state !== 'failed' || record.finishedAt === undefined || now < record.finishedAt - 1_000) return 0
  const first = AFTER_NO.includes(record.code ?? '') ? LONG_COOL_DOWN_MS : COOL_DOWN_MS
  const length = Math.min(first * 2 ** Math.min(Math.max(record.failures - 1, 0), 16), LONGEST_COOL_DOWN_MS)
  return Math.max(0, record.finishedAt + length - now)
}

/** How a failed login ended, for a process that waited for it or comes within its cool-down. */
export function failureOf(record: LoginRecord): GateError {
  const code = record.code !== undefined && record.code in ERROR_CODES ? (record.code as GateErrorCode) : 'login-failed'
  return new GateError({
    code: AFTER_NO.includes(code) || code === 'login-failed' ? code : 'login-required',
    message: `The last sign-in did not work: ${record.message ?? 'it ended without a word.'}`,
    fix: { action: 'login' },
  })
}

function pathOf(host: Host, profile: string): string {
  return host.path.join(host.directories.state, 'login', `${profile}.json`)
}
