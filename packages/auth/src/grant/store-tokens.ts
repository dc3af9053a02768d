import { GateError, type Secret } from '@gate/core'
import type { HeldLock } from '@gate/engine'
import type { CacheEntry } from '../cache/cache-entry.js'
import { lifetimeOf } from '../cache/lifetime.js'
import { checkTokenText } from '../cache/token-text.js'
import type { TokenSet } from '../issuer/issuer-client.js'
import { IssuerFailure } from '../issuer/issuer-failure.js'
import { grantName, type SignIn } from '../sign-in.js'
import { readSignInRecord, type SignInRecord, writeSignInRecord } from './sign-in-record.js'

/**
 * Keeps what a refresh gave: a rotated refresh token first, then the access token, so that a crash in between costs a
 * request, not the sign-in. Once the lock is lost, what another process wrote or deleted is newer, and stays.
 *
 * @param grant The refresh token that was asked with.
 * @param lock Of the grant.
 * @throws IssuerFailure `refused` for an access token that no header may carry.
 * @throws GateError `lock-lost`
 */
export async function storeTokens(
  signIn: SignIn,
  grant: Secret,
  tokens: TokenSet,
  clockSkewMs: number,
  record: SignInRecord,
  lock: HeldLock,
): Promise<CacheEntry> {
  const { host, store } = signIn
  if (tokens.refreshToken) await storeRotated(signIn, grant, tokens.refreshToken, record, lock)
  const token = tokens.accessToken.reveal()
  refuseOddToken(token)
  const entry: CacheEntry = {
    binding: signIn.binding,
    token,
    issuedAt: tokens.requestedAt,
    ...lifetimeOf({ ...tokens, token, clockSkewMs, renewable: true }),
  }
  await cacheOrWarn(signIn, entry, lock)
  const { pause: _over, ...rest } = record
  if (record.pause || record.clockSkewMs !== clockSkewMs || record.storedIn !== store.kind) {
    await writeSignInRecord(host, signIn.binding.profile, { ...rest, storedIn: store.kind, clockSkewMs }, lock)
  }
  return entry
}

/** As a refusal of the issuer, so that helpers do not ask for the next odd token at once. */
function refuseOddToken(token: string): void {
  try {
    checkTokenText(token, 'The access token of the issuer')
  } catch (error) {
    throw GateError.isInstance(error) ? new IssuerFailure('refused', error) : error
  }
}

/**
 * Keeps the refresh token that has taken the place of the one that was sent, whatever else came with it.
 *
 * @param used The one that was sent.
 * @throws GateError `lock-lost`
 */
export async function storeRotated(
  signIn: SignIn,
  used: Secret,
  rotated: Secret,
  record: SignInRecord,
  lock: HeldLock,
): Promise<void> {
  if (rotated.reveal() === used.reveal()) return
  const { host, store, warn, binding } = signIn
  if (await mayReplaceGrant(signIn, used, lock)) {
    try {
      await store.set(grantName(signIn), rotated)
    } catch (error) {
      if (!GateError.isInstance(error)) throw error
      // The access token is valid all the same; after it somebody has to sign in again.
      warn(`The renewed sign-in could not be stored, so a new one will be needed: ${error.message}`)
    }
  }
  await lock.assertHeld().catch(async (lost) => {
    // No store writes and looks at a lock in one step, so a logout may have come between the two.
    const { logouts } = await readSignInRecord(host, binding.profile, signIn.identity)
    const brought = logouts !== record.logouts && (await store.get(grantName(signIn)))?.reveal() === rotated.reveal()
    if (brought) await store.delete(grantName(signIn))
    throw lost
  })
}

/** False when this process was suspended so long that another one took the lock and stored a newer grant. */
async function mayReplaceGrant(signIn: SignIn, used: Secret, lock: HeldLock): Promise<boolean> {
  try {
    await lock.assertHeld()
    return true
  } catch {
    return (await signIn.store.get(grantName(signIn)))?.reveal() === used.reveal()
  }
}

/** A full disk costs the next helper a refresh; it must not cost this one its token. */
async function cacheOrWarn(signIn: SignIn, entry: CacheEntry, lock: HeldLock): Promise<void> {
  try {
    await signIn.cache.write(entry, lock)
  } catch (error) {
    if (!GateError.isInstance(error) || error.code === 'lock-lost') throw error
    signIn.warn(`The access token could not be cached: ${error.message}`)
  }
}
