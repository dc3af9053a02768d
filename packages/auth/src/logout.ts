import { GateError, type Host, Secret } from '@gate/core'
import { apiKeyIdentity, type OidcAuth, secretKey } from './binding.js'
import { removeCachedToken } from './cache/token-cache.js'
import type { AuthInit, LogoutResult } from './contract.js'
import { readSignInRecord, type StoredSecret, writeSignInRecord } from './grant/sign-in-record.js'
import { ownerOf, sameSecret } from './grant/stored-secrets.js'
import { connectIssuer } from './issuer/issuer-client.js'
import { IssuerFailure } from './issuer/issuer-failure.js'
import { openStore } from './secret-store/choose-store.js'
import { withSecretLock } from './secret-store/secret-lock.js'
import type { SecretStore } from './secret-store/secret-store.js'
import { grantLock, type SignIn } from './sign-in.js'
import { interrupted } from './time-limit.js'

const DEADLINE_MS = 10_000

/** Whom to sign out. */
export interface LogoutTarget {
  readonly host: Host
  readonly init: AuthInit
  /** The one in force. */
  readonly store: SecretStore
  /** Undefined when the profile does not sign in by OpenID Connect, now. */
  readonly signIn: SignIn | undefined
}

interface Removed {
  readonly revocable: readonly Revocable[]
  readonly anything: boolean
  readonly failure: GateError | undefined
}

interface Revocable {
  readonly auth: OidcAuth
  readonly grant: Secret | undefined
  readonly token: Secret | undefined
}

/**
 * Forgets the sign-ins of a profile, of earlier connections as well, and tells the issuers (RFC 7009). What is stored
 * here goes first, so that a slow issuer does not let helpers hand out a token meanwhile; the lock makes a refresh that
 * is under way finish before, and a login that is under way is not kept afterwards.
 *
 * @throws GateError `secret-store-…` when something could not be deleted, after everything else was.
 */
export async function logout(target: LogoutTarget, signal: AbortSignal | undefined): Promise<LogoutResult> {
  const { host, init, signIn } = target
  const { profileName } = init
  const { auth } = init.profile
  const own = signIn?.identity ?? apiKeyIdentity(host.directories.config, profileName, init.profile)
  if (auth.kind === 'none' && (await readSignInRecord(host, profileName, own)).secrets?.length === 0) {
    // Where nobody ever signed in, not even a lock is left.
    return { wasSignedIn: false, revocation: 'nothing-to-revoke' }
  }
  const removed = await withSecretLock(
    host,
    grantLock(profileName),
    () => removeEverything(target, own),
    signal ? { signal } : {},
  ).catch((error) => {
    throw signal?.aborted ? interrupted() : error
  })
  const answers = await Promise.all(removed.revocable.map((each) => revoke(target, each, signal)))
  if (removed.failure) throw removed.failure
  const wasSignedIn = removed.anything || answers.length > 0
  const order = ['failed', 'revoked', 'not-offered'] as const
  const worst = order.flatMap((state) => answers.find(({ revocation }) => revocation === state) ?? [])[0]
  return { wasSignedIn, ...(worst ?? { revocation: 'nothing-to-revoke' }) }
}

/** Deletes the cached token and every secret of the profile, under its lock. What a store does not give up stays noted. */
async function removeEverything({ host, init, store, signIn }: LogoutTarget, own: string): Promise<Removed> {
  const { profileName } = init
  const record = await readSignInRecord(host, profileName, own)
  const logouts = record.logouts + 1
  const entry = await signIn?.cache.read()
  // First of all: whatever fails below, no new token comes from a login that is under way.
  await writeSignInRecord(host, profileName, { ...record, logouts, signedOut: true })
  let anything = await removeCachedToken(host, profileName)
  let failure: GateError | undefined
  let { secrets: left = [] } = record
  const token = entry && new Secret(entry.token)
  const revocable: Revocable[] = []
  const current: StoredSecret = { identity: own, storedIn: store.kind }
  const earlier = left.filter((each) => !sameSecret(each, current))
  for (const secret of init.profile.auth.kind === 'none' ? earlier : [current, ...earlier]) {
    const owner = ownerOf(secret.identity)
    // Another installation that shares the state directory.
    if (owner?.configDirectory !== host.directories.config || owner.profile !== profileName) continue
    const place = secret.storedIn === store.kind ? store : openStore(host, secret.storedIn, init)
    const name = { purpose: owner.purpose, key: secretKey(secret.identity) } as const
    try {
      const grant = owner.auth && (await place.get(name))
      if (await place.delete(name)) anything = true
      const ownToken = secret === current ? token : undefined
      if (owner.auth && (grant || ownToken)) revocable.push({ auth: owner.auth, grant, token: ownToken })
      left = left.filter((each) => !sameSecret(each, secret))
    } catch (error) {
      if (!GateError.isInstance(error)) throw error
      failure ??= secret === current ? error : ofEarlier(error, place)
    }
  }
  await writeSignInRecord(host, profileName, { identity: own, logouts, secrets: left, signedOut: true })
  return { revocable, anything, failure }
}

function ofEarlier(error: GateError, { location }: SecretStore): GateError {
  return new GateError({
    code: error.code,
    message: `An earlier sign-in of the profile (${location}) was not deleted: ${error.message}`,
    ...(error.file === undefined ? {} : { file: error.file }),
    ...(error.fix === undefined ? {} : { fix: error.fix }),
    cause: error,
  })
}

async function revoke(
  { host, init }: LogoutTarget,
  { auth, grant, token }: Revocable,
  signal: AbortSignal | undefined,
): Promise<Pick<LogoutResult, 'revocation' | 'reason'>> {
  try {
    const issuer = await connectIssuer(host, {
      auth,
      caFile: init.profile.caFile,
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
