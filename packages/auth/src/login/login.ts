import { GateError } from '@gate/core'
import type { HeldLock } from '@gate/engine'
import { type CacheEntry, freshnessOf } from '../cache/cache-entry.js'
import { lifetimeOf } from '../cache/lifetime.js'
import { checkTokenText, sizeWarning } from '../cache/token-text.js'
import type { LoginMethod, LoginOptions, LoginResult } from '../contract.js'
import { readSignInRecord, writeSignInRecord } from '../grant/sign-in-record.js'
import { noteSecret } from '../grant/stored-secrets.js'
import { connectIssuer, type Issuer, type TokenSet } from '../issuer/issuer-client.js'
import { IssuerFailure } from '../issuer/issuer-failure.js'
import { assertUsable } from '../secret-store/choose-store.js'
import { withSecretLock } from '../secret-store/secret-lock.js'
import { grantLock, grantName, loginRequired, type SignIn } from '../sign-in.js'
import { withTimeLimit } from '../time-limit.js'
import { type LoginContext, loginWithBrowser, loginWithPrintedUrl } from './login-browser.js'
import { loginWithDevice } from './login-device.js'
import {
  DEFAULT_LOGIN_TIMEOUT_MS,
  isUnderWay,
  type LoginRecord,
  loginLock,
  newLoginRecord,
  readLoginRecord,
  removeLoginRecord,
  writeLoginRecord,
} from './login-record.js'

const METHODS: Record<LoginMethod, (context: LoginContext) => Promise<TokenSet>> = {
  browser: loginWithBrowser,
  device: loginWithDevice,
  'print-url': loginWithPrintedUrl,
}
const ISSUER_DEADLINE_MS = 20_000

export interface LoginOutcome extends LoginResult {
  /** What is cached now; undefined when another process' login failed to leave a token. */
  readonly entry: CacheEntry | undefined
}

/**
 * Signs in, once across all processes: while another login of this profile is under way, this one waits for it and
 * takes its result.
 *
 * @throws GateError see `Auth.login`.
 */
export async function login(signIn: SignIn, options: LoginOptions): Promise<LoginOutcome> {
  const { host } = signIn
  const timeoutMs = options.timeoutMs ?? DEFAULT_LOGIN_TIMEOUT_MS
  const onLimit = () =>
    new GateError({
      code: 'login-timeout',
      message: `The sign-in was not completed within ${Math.round(timeoutMs / 60_000)} minutes.`,
      fix: { action: 'login' },
    })
  return await withTimeLimit(host.clock, timeoutMs, onLimit, options.signal, async (signal) => {
    const before = await readLoginRecord(signIn)
    await announceOther(signIn, options, before)
    const wait = options.detached ? { timeoutMs: 2_000 } : { timeoutMs }
    return await withSecretLock(
      host,
      loginLock(signIn),
      async (lock) => {
        const entry = await signIn.cache.read()
        // A new token alone may come from a refresh.
        const usable = entry && freshnessOf(entry, host.clock.now()) === 'fresh'
        if (usable && succeededSince(before, await readLoginRecord(signIn))) return await byOther(signIn, entry)
        return await signInNow(signIn, options, timeoutMs, signal, lock)
      },
      { ...wait, signal },
    ).catch(async (error) => {
      if (options.detached && GateError.isInstance(error) && error.code === 'lock-timeout') await withdraw(signIn)
      throw error
    })
  })
}

/** Leaves the record to the login that holds the lock: helpers would take the end of this process for a crash of that one. */
async function withdraw(signIn: SignIn): Promise<void> {
  const record = await readLoginRecord(signIn)
  // Ours, because nothing else is started while a login holds the lock. Its process id may be that of a shell around us.
  if (record?.state === 'starting') await removeLoginRecord(signIn).catch(() => {})
}

async function announceOther(signIn: SignIn, options: LoginOptions, record: LoginRecord | undefined): Promise<void> {
  // The record of a detached login names this very process before it has the lock.
  if (!record || record.pid === signIn.host.process.pid || !(await isUnderWay(signIn, record))) return
  options.present.show({ kind: 'waiting-for-other-login', ...(record.url ? { url: record.url } : {}) })
}

/** Whether a login succeeded between two looks at its record. Not told by times: a clock may be set back meanwhile. */
function succeededSince(before: LoginRecord | undefined, now: LoginRecord | undefined): boolean {
  return now?.state === 'succeeded' && !(before?.state === 'succeeded' && before.id === now.id)
}

async function byOther(signIn: SignIn, entry: CacheEntry): Promise<LoginOutcome> {
  const record = await readSignInRecord(signIn.host, signIn.binding.profile, signIn.identity)
  return {
    entry,
    expiresAt: entry.expiresAt,
    renewable: record.storedIn !== undefined,
    byOtherProcess: true,
    ...(record.account ? { account: record.account } : {}),
  }
}

async function signInNow(
  signIn: SignIn,
  options: LoginOptions,
  timeoutMs: number,
  signal: AbortSignal,
  lock: HeldLock,
): Promise<LoginOutcome> {
  const { host } = signIn
  const before = await readLoginRecord(signIn)
  let record: LoginRecord = { ...newLoginRecord(signIn, timeoutMs, host.process.pid, before), state: 'running' }
  let written = Promise.resolve()
  // One after another: the browser may come while the address is still being written.
  const note = (change: { readonly [Field in keyof LoginRecord]?: LoginRecord[Field] | undefined }) => {
    record = { ...record, ...change } as LoginRecord
    const now = record
    written = written.catch(() => {}).then(() => writeLoginRecord(signIn, now))
    return written
  }
  await note({})
  try {
    const { logouts } = await readSignInRecord(host, signIn.binding.profile, signIn.identity)
    // Before anybody signs in for nothing.
    await assertUsable(signIn.store, signIn.key)
    const issuer = await connectIssuer(host, {
      auth: signIn.auth,
      caFile: signIn.init.profile.caFile,
      purpose: 'login',
      deadlineMs: ISSUER_DEADLINE_MS,
      signal,
    })
    const { present } = options
    const onUrl = (url: string | undefined) => note({ url })
    const tokens = await METHODS[options.method]({ host, auth: signIn.auth, issuer, present, signal, onUrl })
    await lock.assertHeld()
    const outcome = await keep(signIn, tokens, issuer, logouts)
    await note({ state: 'succeeded', failures: 0, finishedAt: host.clock.now() })
    return outcome
  } catch (error) {
    const cause = error instanceof IssuerFailure ? asLoginError(error) : error
    const { code, message } = GateError.isInstance(cause) ? cause : { code: 'login-failed', message: 'it broke off.' }
    // Kept even when the disk is full: the reason above is the one that matters.
    const failures = record.failures + 1
    await note({ state: 'failed', code, message, failures, finishedAt: host.clock.now() }).catch(() => {})
    throw cause
  }
}

/** `invalid_grant` is about the code here, not about a sign-in that has ended. */
function asLoginError({ kind, gateError }: IssuerFailure): GateError {
  if (kind !== 'grant-dead' && kind !== 'sign-in-again') return gateError
  return new GateError({
    code: 'login-failed',
    message: 'The issuer did not accept the answer that the browser brought.',
    fix: { action: 'login' },
  })
}

/** Stores what the login gave, under the lock that refresh and logout use. */
async function keep(signIn: SignIn, tokens: TokenSet, issuer: Issuer, logouts: number): Promise<LoginOutcome> {
  const { host, store, cache, binding } = signIn
  const token = tokens.accessToken.reveal()
  checkTokenText(token, 'The access token of the issuer')
  const warning = sizeWarning(token)
  if (warning) signIn.warn(warning)
  const renewable = tokens.refreshToken !== undefined
  const notGranted = tokens.notGranted.length > 0 ? { notGranted: tokens.notGranted } : {}
  const { clockSkewMs } = issuer
  const entry: CacheEntry = {
    binding,
    token,
    issuedAt: tokens.requestedAt,
    ...lifetimeOf({ ...tokens, token, clockSkewMs, renewable }),
  }
  await withSecretLock(host, grantLock(signIn.binding.profile), async () => {
    const record = await readSignInRecord(host, binding.profile, signIn.identity)
    if (record.logouts !== logouts) {
      throw loginRequired(binding.profile, 'Somebody signed out while this sign-in was under way, so it was not kept.')
    }
    // A grant that is replaced is not revoked: at several issuers that would end the new one, too.
    if (tokens.refreshToken) {
      await noteSecret(host, binding.profile, { identity: signIn.identity, storedIn: store.kind })
      await store.set(grantName(signIn), tokens.refreshToken)
    } else {
      await store.delete(grantName(signIn))
    }
    await cache.write(entry)
    await writeSignInRecord(host, binding.profile, {
      identity: signIn.identity,
      logouts,
      signedInAt: host.clock.now(),
      clockSkewMs,
      ...(renewable ? { storedIn: store.kind } : {}),
      ...(tokens.account ? { account: tokens.account } : {}),
      ...notGranted,
    })
  })
  return {
    entry,
    expiresAt: entry.expiresAt,
    renewable,
    byOtherProcess: false,
    ...(tokens.account ? { account: tokens.account } : {}),
    ...notGranted,
  }
}
