import { GateError, type LaunchedProcess } from '@gate/core'
import { type CacheEntry, freshnessOf } from '../cache/cache-entry.js'
import type { Command } from '../contract.js'
import { lockUnlessDone } from '../grant/lock-unless-done.js'
import { isSecretLocked, withSecretLock } from '../secret-store/secret-lock.js'
import { loginRequired, type SignIn } from '../sign-in.js'
import { interrupted } from '../time-limit.js'
import {
  coolDownLeft,
  DEFAULT_LOGIN_TIMEOUT_MS,
  failureOf,
  isAlive,
  isUnderWay,
  type LoginRecord,
  loginLock,
  newLoginRecord,
  readLoginRecord,
  writeLoginRecord,
} from './login-record.js'

export interface DetachedLoginOptions {
  /** Why a login is needed, for the error when none may be started. */
  readonly why: string
  /** A token that is not to be served although it is in the cache. */
  readonly rejected: string | undefined
  readonly waitMs: number | undefined
  readonly signal: AbortSignal | undefined
}

const DEFAULT_PATIENCE_MS = 60_000
const POLL_MS = 150
const LONGEST_POLL_MS = 1000

/**
 * Waits for one login process that belongs to nobody: starts it unless one is under way, and waits as long as the
 * client that asked is known to wait, if it is. The login goes on when this process is gone.
 *
 * @returns Undefined when the login succeeded and its token is over already: renew it.
 * @throws GateError `login-pending` when the time is over, `login-denied`, `login-timeout`, `login-failed` when it (or,
 *   within the cool-down, the last one) failed, `login-required` when none can be started.
 */
export async function awaitDetachedLogin(
  signIn: SignIn,
  options: DetachedLoginOptions,
): Promise<CacheEntry | undefined> {
  const { host } = signIn
  const patience = options.waitMs ?? DEFAULT_PATIENCE_MS
  const startedAt = host.clock.now()
  const giveUpAt = startedAt + patience
  let started = await startOnce(signIn, options)
  while (started === 'busy') {
    await awaitRelease(signIn, giveUpAt, options.signal)
    started = await startOnce(signIn, options)
  }
  if ('entry' in started) return started.entry
  let { record } = started
  for (;;) {
    const entry = await servable(signIn, options.rejected)
    if (entry) return entry
    record = (await readLoginRecord(signIn)) ?? record
    const { id, state } = record
    if (state === 'failed') throw failureOf(record)
    if (state === 'succeeded') return await servable(signIn, options.rejected)
    if (!(await isAlive(signIn, record))) {
      // Its process may have finished, and said so, between our reading and our looking for it.
      const last = await readLoginRecord(signIn)
      if (last && (last.id !== id || last.state !== state)) continue
      throw failureOf(await noteEnd(signIn, record))
    }
    if (host.clock.now() >= giveUpAt)
      throw pending(
        signIn,
        record.state === 'running' ? 'A sign-in is waiting in the browser' : 'A sign-in is being started',
      )
    // A person takes seconds to minutes; asking less and less often costs them a second at most.
    const pause = Math.min(POLL_MS + (host.clock.now() - startedAt) / 20, LONGEST_POLL_MS)
    await host.clock.sleep(pause, options.signal).catch(() => {
      throw interrupted()
    })
  }
}

/**
 * A token that is there by now, or the login to wait for. `busy`: a login holds the lock that does not say so, or whose time
 * is over, as in the moment after the machine slept.
 */
type Started = { readonly entry: CacheEntry } | { readonly record: LoginRecord } | 'busy'

async function startOnce(signIn: SignIn, options: DetachedLoginOptions): Promise<Started> {
  const { host } = signIn
  const underWay = async (): Promise<Started | undefined> => {
    const record = await readLoginRecord(signIn)
    const waits = await isUnderWay(signIn, record)
    // Looked for last, so that a login that succeeds meanwhile is not overlooked.
    const entry = await servable(signIn, options.rejected)
    if (entry) return { entry }
    return record && waits ? { record } : undefined
  }
  return await lockUnlessDone<Started>(
    host,
    startLock(signIn),
    async () => {
      const other = await underWay()
      if (other) return other
      const previous = await readLoginRecord(signIn)
      if (previous && coolDownLeft(previous, host.clock.now()) > 0) throw failureOf(previous)
      // Another one could not begin, and its record would hide the address that waits in the browser.
      if (await isSecretLocked(host, loginLock(signIn))) return 'busy'
      const { loginCommand } = signIn.init
      if (!loginCommand) throw loginRequired(signIn.binding.profile, options.why)
      const record = newLoginRecord(signIn, DEFAULT_LOGIN_TIMEOUT_MS, host.process.pid, previous)
      await writeLoginRecord(signIn, record)
      const child = await launch(signIn, loginCommand).catch(async () => {
        const message = 'no sign-in could be started.'
        const ended = { failures: record.failures + 1, finishedAt: host.clock.now() }
        await writeLoginRecord(signIn, { ...record, state: 'failed', code: 'login-required', message, ...ended })
        throw loginRequired(signIn.binding.profile, `${options.why} No sign-in could be started.`)
      })
      // The login writes a record of its own as soon as it runs, or has failed; that one counts.
      const started = { ...record, pid: child.pid }
      const current = await readLoginRecord(signIn)
      if (current?.id !== record.id) return { record: current ?? started }
      await writeLoginRecord(signIn, started)
      return { record: started }
    },
    underWay,
    { timeoutMs: 15_000, signal: options.signal },
  )
}

/**
 * Waits until no login holds the lock any more; takes it for that, so that one whose holder shows no sign of life is free,
 * too.
 */
async function awaitRelease(signIn: SignIn, giveUpAt: number, signal: AbortSignal | undefined): Promise<void> {
  const { host } = signIn
  const timeoutMs = Math.max(0, giveUpAt - host.clock.now())
  await withSecretLock(host, loginLock(signIn), async () => {}, { timeoutMs, ...(signal ? { signal } : {}) }).catch(
    (error) => {
      const busy = GateError.isInstance(error) && error.code === 'lock-timeout'
      throw busy ? pending(signIn, 'Another sign-in is under way') : error
    },
  )
}

/**
 * Writes for a login that crashed what it could not write itself: without a cool-down, each call of a client would open
 * the browser for the next one to crash.
 */
async function noteEnd(signIn: SignIn, record: LoginRecord): Promise<LoginRecord> {
  const { host } = signIn
  const message = 'it ended without a result.'
  const finishedAt = host.clock.now()
  const failures = record.failures + 1
  const ended: LoginRecord = { ...record, state: 'failed', code: 'login-failed', message, failures, finishedAt }
  const note = async () => {
    if ((await readLoginRecord(signIn))?.id === record.id) await writeLoginRecord(signIn, ended)
  }
  // Under the lock, because another helper may have started a login since. Best effort: the failure is told in any case.
  await withSecretLock(host, startLock(signIn), note, { timeoutMs: 2_000 }).catch(() => {})
  return ended
}

function startLock(signIn: SignIn): string {
  return `login-start-${signIn.key}`
}

/** Starts the login in a session of its own and away from our working directory, which may be deleted meanwhile. */
async function launch({ host }: SignIn, { command, args }: Command): Promise<LaunchedProcess> {
  const { GATE_TOKEN: _token, ...env } = host.env
  return await host.process.launch(command, args, { env, cwd: host.path.parse(command).root || '/' })
}

async function servable(signIn: SignIn, rejected: string | undefined): Promise<CacheEntry | undefined> {
  const entry = await signIn.cache.read()
  return entry && entry.token !== rejected && freshnessOf(entry, signIn.host.clock.now()) !== 'dead' ? entry : undefined
}

function pending(signIn: SignIn, what: string): GateError {
  return loginRequired(signIn.binding.profile, `${what}; complete it and try again.`, 'login-pending')
}
