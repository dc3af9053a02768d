import { advice, findingOf, GateError } from '@gate/core'
import { freshnessOf } from './cache/cache-entry.js'
import type { AuthState } from './contract.js'
import { isPaused, isRefusal } from './grant/refresh-pause.js'
import { readSignInRecord } from './grant/sign-in-record.js'
import { isUnderWay, readLoginRecord } from './login/login-record.js'
import { grantName, type SignIn } from './sign-in.js'

type Finding = AuthState['reasons'][number]

// From here on people are told: tokens of a minute's life are affected, and the issuer's own checks begin to fail.
const SKEW_WORTH_TELLING_MS = 60_000

/** What `status` tells about the sign-in of a profile. Opens the secret store only when the cache does not answer. */
export async function stateOf(signIn: SignIn): Promise<AuthState> {
  const { host, store } = signIn
  const reasons: Finding[] = []
  const record = await readSignInRecord(host, signIn.binding.profile, signIn.identity)
  const entry = await signIn.cache.read()
  const now = host.clock.now()
  const { clockSkewMs = 0 } = record
  if (Math.abs(clockSkewMs) >= SKEW_WORTH_TELLING_MS) {
    reasons.push({
      code: 'clock-skew',
      severity: 'warning',
      message: `This machine’s clock is ${Math.round(Math.abs(clockSkewMs) / 1000)} s ${clockSkewMs > 0 ? 'behind' : 'ahead of'} the issuer’s.`,
      fix: advice('Set the clock of this machine (or tell the issuer’s administrator).'),
    })
  }
  // A login ends it, or a refresh that nobody expected to work; not time alone.
  const refused = isRefusal(record.pause)
  if (record.pause && (refused || isPaused(record.pause, now))) {
    const { code, message, fix } = record.pause
    reasons.push({ code, severity: 'error', message, ...(fix ? { fix } : {}) })
  }
  const base = {
    kind: 'oidc',
    secretStore: store.kind,
    secretStoreLocation: store.location,
    ...(record.notGranted ? { notGranted: record.notGranted } : {}),
    ...(record.account ? { account: record.account } : {}),
    ...(record.clockSkewMs === undefined ? {} : { clockSkewMs }),
    ...(entry ? { expiresAt: entry.expiresAt } : {}),
  } as const
  const valid = entry !== undefined && freshnessOf(entry, now) !== 'dead'
  if (valid) return { ...base, state: 'signed-in', renewable: record.storedIn !== undefined && !refused, reasons }
  if (await isUnderWay(signIn, await readLoginRecord(signIn))) return { ...base, state: 'login-pending', reasons }
  if (record.storedIn === undefined || refused) return { ...base, state: 'signed-out', reasons }
  try {
    if (await store.get(grantName(signIn))) return { ...base, state: 'signed-in', renewable: true, reasons }
    // Said to be there and not found: locked, deleted, or another store than at sign-in. Only a token request tells.
    reasons.push({
      code: 'secret-store-locked',
      severity: 'error',
      message: `The sign-in is not found in its store (${store.location}), which is locked or was emptied.`,
      fix: advice('Unlock it, or sign in again', { action: 'login' }),
    })
  } catch (error) {
    if (!GateError.isInstance(error)) throw error
    reasons.push(findingOf(error))
  }
  return { ...base, state: 'unknown', reasons }
}
