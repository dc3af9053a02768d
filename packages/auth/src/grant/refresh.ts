import { advice, GateError, type Secret } from '@gate/core'
import type { HeldLock } from '@gate/engine'
import { type CacheEntry, freshnessOf } from '../cache/cache-entry.js'
import { IssuerFailure } from '../issuer/issuer-failure.js'
import { assertUsable } from '../secret-store/choose-store.js'
import { withSecretLock } from '../secret-store/secret-lock.js'
import { storeError } from '../secret-store/store-errors.js'
import { grantLock, grantName, type SignIn } from '../sign-in.js'
import { lockUnlessDone } from './lock-unless-done.js'
import { isPaused, isRefusal, nextPause, pauseError, refusalPause } from './refresh-pause.js'
import {
  type RefreshPause,
  readSignInRecord,
  type SignInRecord,
  type StoredSecret,
  writeSignInRecord,
} from './sign-in-record.js'
import { storeRotated, storeTokens } from './store-tokens.js'
import { sameSecret } from './stored-secrets.js'

export interface RenewOptions {
  /** The cached token is not to be used although it is valid. */
  readonly force: boolean
  /** A person waits: ask the issuer now, whatever a pause says. */
  readonly impatient: boolean
  readonly signal?: AbortSignal | undefined
}

/** `login-needed`: there is no grant, or the issuer has just refused it. */
export type Renewal =
  | { readonly state: 'token'; readonly entry: CacheEntry }
  | { readonly state: 'login-needed'; readonly why: string }

const NOBODY: Renewal = { state: 'login-needed', why: 'Nobody is signed in.' }

// Codex gives its helper 15 seconds: discovery and token request in the worst case, and no retry after a time-out.
const REQUEST_DEADLINE_MS = 6_000
// With a token that is still valid in hand, nobody waits long for the next one.
const AHEAD_DEADLINE_MS = 3_000
const RETRY_PAUSES_MS = [300, 900]
const RETRY_WITHIN_MS = 4_000
const LOCK_TIMEOUT_MS = 20_000
const AHEAD_LOCK_TIMEOUT_MS = 2_000
const MAX_LOST_LOCKS = 2

/**
 * A valid access token without a login: cached, or by one refresh across all processes. Serves a token that is still
 * valid whenever the refresh fails.
 *
 * @throws GateError what the issuer or the secret store said, when there is no valid token to serve.
 */
export async function renew(signIn: SignIn, options: RenewOptions): Promise<Renewal> {
  const { host, cache } = signIn
  const before = await cache.read()
  const now = host.clock.now()
  const usable = before && !options.force && freshnessOf(before, now) !== 'dead' ? before : undefined
  if (usable && freshnessOf(usable, now) === 'fresh') {
    await bringUpToDate(signIn, usable)
    return { state: 'token', entry: usable }
  }
  const record = await readSignInRecord(host, signIn.binding.profile, signIn.identity)
  const { pause } = record
  if (isPaused(pause, now) && !options.impatient) {
    if (usable) return { state: 'token', entry: usable }
    return pausedRenewal(pause, now)
  }
  // Nobody is signed in: no reason to queue for the lock with everybody else.
  if (!usable && record.storedIn === undefined && !(await signIn.store.get(grantName(signIn)))) return NOBODY
  try {
    return await underLock(signIn, before, usable !== undefined, options)
  } catch (error) {
    if (options.signal?.aborted) throw error
    // What happened while waiting decides: another process may have refreshed, and ours may still be valid.
    const after = await cache.read()
    if (
      after &&
      after.token !== (options.force ? before?.token : '') &&
      freshnessOf(after, host.clock.now()) !== 'dead'
    ) {
      // Another process is at it: nothing is wrong yet.
      const worthTelling = GateError.isInstance(error) && error.code !== 'lock-timeout'
      if (worthTelling) signIn.warn(`The token could not be renewed yet: ${error.message}`)
      return { state: 'token', entry: after }
    }
    throw error
  }
}

/**
 * Writes the entry again when the configuration around it changed, so that the shim can answer from it. Under the lock
 * and from the file of that moment, because a logout may have come first; left to the next call when anything is in the way.
 */
async function bringUpToDate(signIn: SignIn, entry: CacheEntry): Promise<void> {
  const { host, cache } = signIn
  if (await cache.isCurrent(entry)) return
  const rewrite = async (lock: HeldLock) => {
    const current = await cache.read()
    if (current) await cache.write(current, lock)
  }
  await withSecretLock(host, grantLock(signIn.binding.profile), rewrite, { timeoutMs: 0 }).catch((error) => {
    if (!GateError.isInstance(error)) throw error
  })
}

/** Runs the refresh under the lock, unless another process puts a fresh token into the cache while this one waits. */
async function underLock(
  signIn: SignIn,
  before: CacheEntry | undefined,
  ahead: boolean,
  options: RenewOptions,
): Promise<Renewal> {
  const { host, cache } = signIn
  const startedAt = host.clock.now()
  const attempt = () =>
    lockUnlessDone<Renewal>(
      host,
      grantLock(signIn.binding.profile),
      (lock) => refreshOnce(signIn, before, startedAt, options, lock),
      async () => {
        const entry = await cache.read()
        return isNews(entry, before, host.clock.now(), options) ? { state: 'token', entry } : undefined
      },
      { timeoutMs: ahead ? AHEAD_LOCK_TIMEOUT_MS : LOCK_TIMEOUT_MS, signal: options.signal },
    )
  for (let lost = 0; ; lost++) {
    try {
      return await attempt()
    } catch (error) {
      // This process slept and another one took over: what that one wrote is where to start from.
      const again = GateError.isInstance(error) && error.code === 'lock-lost' && lost < MAX_LOST_LOCKS
      if (!again) throw error
    }
  }
}

/** A token that another process fetched since we looked. */
function isNews(
  entry: CacheEntry | undefined,
  before: CacheEntry | undefined,
  now: number,
  options: RenewOptions,
): entry is CacheEntry {
  if (!entry || freshnessOf(entry, now) !== 'fresh') return false
  return !options.force || entry.token !== before?.token
}

async function refreshOnce(
  signIn: SignIn,
  before: CacheEntry | undefined,
  startedAt: number,
  options: RenewOptions,
  lock: HeldLock,
): Promise<Renewal> {
  const { host, cache } = signIn
  const cached = await cache.read()
  if (isNews(cached, before, host.clock.now(), options)) return { state: 'token', entry: cached }
  const record = await readSignInRecord(host, signIn.binding.profile, signIn.identity)
  const valid = cached && !options.force && freshnessOf(cached, host.clock.now()) !== 'dead' ? cached : undefined
  // Somebody tried and failed while this process waited for the lock: a hundred helpers are not a hundred requests.
  if (isPaused(record.pause, host.clock.now()) && (!options.impatient || record.pause.since >= startedAt)) {
    if (valid && isRefusal(record.pause)) return { state: 'token', entry: valid }
    return pausedRenewal(record.pause, host.clock.now())
  }
  const grant = await readGrant(signIn, record, lock)
  if (!grant) {
    if (valid) return { state: 'token', entry: valid }
    return NOBODY
  }
  const ask = (using: Secret) => exchange(signIn, using, record, valid !== undefined, lock, options)
  try {
    return await ask(grant).catch(async (error) => {
      if (!isRefused(error)) throw error
      // Somebody outside our lock (another machine with the same roaming keychain) may have renewed it.
      const current = await signIn.store.get(grantName(signIn))
      if (!current || current.reveal() === grant.reveal()) throw error
      return await ask(current)
    })
  } catch (error) {
    if (!(error instanceof IssuerFailure)) throw error
    if (error.kind === 'grant-dead') return await buryGrant(signIn, record, valid, error, lock)
    const { gateError } = error
    const refused = error.kind === 'sign-in-again'
    const pause = refused
      ? refusalPause(record.pause, gateError, host.clock.now())
      : nextPause(record.pause, gateError, host.clock.now(), error.retryAfterMs)
    await writeSignInRecord(host, signIn.binding.profile, { ...record, pause }, lock)
    if (!refused) throw gateError
    return valid ? { state: 'token', entry: valid } : { state: 'login-needed', why: gateError.message }
  }
}

function isRefused(error: unknown): boolean {
  return error instanceof IssuerFailure && (error.kind === 'grant-dead' || error.kind === 'sign-in-again')
}

/** @throws GateError what caused the pause, unless a login helps. */
function pausedRenewal(pause: RefreshPause, now: number): Renewal {
  if (isRefusal(pause)) return { state: 'login-needed', why: pause.message }
  throw pauseError(pause, now)
}

/** Asks the issuer, again after a short pause while that can help, and keeps what it gives. */
async function exchange(
  signIn: SignIn,
  grant: Secret,
  record: SignInRecord,
  haveValidToken: boolean,
  lock: HeldLock,
  options: RenewOptions,
): Promise<Renewal> {
  const { host } = signIn
  const startedAt = host.clock.now()
  options.signal?.throwIfAborted()
  // Loaded here, because most calls are answered from the cache and `status` never gets this far.
  const { connectIssuer } = await import('../issuer/issuer-client.js')
  let using = grant
  for (let attempt = 0; ; attempt++) {
    try {
      // Without the caller's signal: a token request that is given up half-way may cost the rotated refresh token.
      const issuer = await connectIssuer(host, {
        auth: signIn.auth,
        caFile: signIn.init.profile.caFile,
        purpose: 'background',
        deadlineMs: haveValidToken ? AHEAD_DEADLINE_MS : REQUEST_DEADLINE_MS,
      })
      // A process that slept since it read the grant may hold one that is spent by now, and a strict issuer ends the whole
      // sign-in when it sees that again.
      await lock.assertHeld()
      const tokens = await issuer.refresh(using)
      return { state: 'token', entry: await storeTokens(signIn, using, tokens, issuer.clockSkewMs, record, lock) }
    } catch (error) {
      if (error instanceof IssuerFailure && error.rotated) {
        await storeRotated(signIn, using, error.rotated, record, lock)
        using = error.rotated
      }
      const pause = RETRY_PAUSES_MS[attempt]
      const worthIt =
        error instanceof IssuerFailure &&
        error.kind === 'transient' &&
        error.retryAfterMs === undefined &&
        !haveValidToken &&
        host.clock.now() - startedAt < RETRY_WITHIN_MS
      if (!worthIt || pause === undefined) throw error
      await host.clock.sleep(pause, options.signal)
    }
  }
}

/**
 * @throws GateError `secret-store-locked` when the keychain says nothing about a grant that gate put there and does not
 * take a test entry either: a locked one looks just like an empty one.
 */
async function readGrant(signIn: SignIn, record: SignInRecord, lock: HeldLock): Promise<Secret | undefined> {
  const grant = await signIn.store.get(grantName(signIn))
  if (grant || record.storedIn === undefined) return grant
  if (record.storedIn !== signIn.store.kind) {
    throw storeError(
      'secret-store-unavailable',
      `The sign-in is kept in the store "${record.storedIn}", but "${signIn.store.kind}" is chosen now.`,
      {
        fix: advice(`Choose the same store again (GATE_SECRET_STORE=${record.storedIn}), or sign in anew`, {
          action: 'login',
        }),
      },
    )
  }
  if (signIn.store.kind === 'keychain') await assertUsable(signIn.store, signIn.key)
  const { identity, logouts } = record
  const secrets = othersOf(signIn, record)
  await writeSignInRecord(signIn.host, signIn.binding.profile, { identity, logouts, secrets }, lock)
  return undefined
}

/** Removes a grant that the issuer refused, so that nobody asks with it again. */
async function buryGrant(
  signIn: SignIn,
  record: SignInRecord,
  valid: CacheEntry | undefined,
  failure: IssuerFailure,
  lock: HeldLock,
): Promise<Renewal> {
  // What is there by now may be the grant of another process that took over.
  await lock.assertHeld()
  let { secrets = [] } = record
  try {
    await signIn.store.delete(grantName(signIn))
    secrets = othersOf(signIn, record)
  } catch (error) {
    if (!GateError.isInstance(error)) throw error
    // The issuer refuses it anyway, and the next login replaces it.
    signIn.warn(`The ended sign-in could not be deleted: ${error.message}`)
  }
  const { pause: _pause, storedIn: _storedIn, ...rest } = record
  await writeSignInRecord(signIn.host, signIn.binding.profile, { ...rest, secrets }, lock)
  if (valid) return { state: 'token', entry: valid }
  await signIn.cache.remove()
  return { state: 'login-needed', why: failure.gateError.message }
}

/** What is left of a record's secrets when the grant of this sign-in is gone from its store. */
function othersOf({ identity, store }: SignIn, { secrets = [] }: SignInRecord): readonly StoredSecret[] {
  return secrets.filter((each) => !sameSecret(each, { identity, storedIn: store.kind }))
}
