import { GateError, Secret } from '@gate/core'
import type { LogoutResult } from './contract.js'
import { connectIssuer } from './issuer/issuer-client.js'
import { IssuerFailure } from './issuer/issuer-failure.js'
import { withSecretLock } from './secret-lock.js'
import { grantLock, grantName, type SignIn } from './sign-in.js'
import { readSignInRecord, writeSignInRecord } from './sign-in-record.js'
import { interrupted } from './time-limit.js'

const DEADLINE_MS = 10_000

/**
 * Forgets the sign-in and tells the issuer (RFC 7009). What is stored here goes first, so that a slow issuer does not
 * let helpers hand out a token meanwhile; the lock makes a refresh that is under way finish before, and a login that is
 * under way is not kept afterwards.
 */
export async function logout(signIn: SignIn, signal: AbortSignal | undefined): Promise<LogoutResult> {
  const { host, store, cache, binding } = signIn
  const removed = await withSecretLock(
    host,
    grantLock(signIn),
    async () => {
      const record = await readSignInRecord(host, binding.profile, signIn.identity)
      const entry = await cache.read()
      // First of all: whatever fails below, no new token comes from a login that is under way.
      await writeSignInRecord(host, binding.profile, { ...record, logouts: record.logouts + 1 })
      const hadCache = await cache.remove()
      const grant = await store.get(grantName(signIn))
      if (grant) await store.delete(grantName(signIn))
      await writeSignInRecord(host, binding.profile, { identity: signIn.identity, logouts: record.logouts + 1 })
      return { grant, token: entry && new Secret(entry.token), anything: Boolean(grant) || hadCache }
    },
    signal ? { signal } : {},
  ).catch((error) => {
    throw signal?.aborted ? interrupted() : error
  })
  if (!removed.grant && !removed.token) return { wasSignedIn: removed.anything, revocation: 'nothing-to-revoke' }
  return { wasSignedIn: true, ...(await revoke(signIn, removed.grant, removed.token, signal)) }
}

async function revoke(
  signIn: SignIn,
  grant: Secret | undefined,
  token: Secret | undefined,
  signal: AbortSignal | undefined,
): Promise<Pick<LogoutResult, 'revocation' | 'reason'>> {
  try {
    const issuer = await connectIssuer(signIn.host, {
      auth: signIn.auth,
      caFile: signIn.init.profile.caFile,
      purpose: 'background',
      deadlineMs: DEADLINE_MS,
      signal,
    })
    if (!issuer.offersRevocation) return { revocation: 'not-offered' }
    if (grant) await issuer.revoke(grant, 'refresh_token')
    // Section 2.1: servers may refuse to revoke self-contained access tokens; the grant is what counts.
    if (token) {
      const revoked = issuer.revoke(token, 'access_token')
      await (grant ? revoked.catch(() => {}) : revoked)
    }
    return { revocation: 'revoked' }
  } catch (error) {
    if (signal?.aborted) throw interrupted()
    const cause = error instanceof IssuerFailure ? error.gateError : error
    if (!GateError.isInstance(cause)) throw error
    return { revocation: 'failed', reason: cause.message }
  }
}
