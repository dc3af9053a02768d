import type { Action, Host } from '@gate/core'
import { atomicWrite, type HeldLock, removeLeftovers } from '@gate/engine'
import { isRecord } from '../cache/cache-entry.js'
import type { SecretStoreKind } from '../contract.js'
import { readPrivateFile } from '../private-file.js'

/** What gate remembers about a sign-in besides the secrets. Lets `status` answer without opening the keychain. */
export interface SignInRecord {
  /** `grantIdentity` of the connection that the rest belongs to. */
  readonly identity: string
  /** Store that was given a grant; absent = none was, or it is known to be gone. */
  readonly storedIn?: SecretStoreKind
  readonly account?: string
  /** Milliseconds since the epoch. */
  readonly signedInAt?: number
  /** Issuer's clock minus ours, as last measured. */
  readonly clockSkewMs?: number
  /** Scopes that were asked for and not granted. */
  readonly notGranted?: readonly string[]
  /** Somebody signed out and has not signed in since, to whatever connection: nothing begins a login by itself. */
  readonly signedOut?: true
  /** Counts logouts, so that a login that was under way then does not bring a token back. */
  readonly logouts: number
  readonly pause?: RefreshPause
  /** Everything of the profile that stores were given, of earlier connections, too. Left out of a write: as on disk. */
  readonly secrets?: readonly StoredSecret[]
}

/** After a refresh that failed for a reason that may pass: nobody asks again before `until`. */
export interface RefreshPause {
  readonly failures: number
  readonly since: number
  readonly until: number
  readonly code: string
  readonly message: string
  readonly fix?: Action
}

/** A secret that a store was given and is not known to have lost. Says where it is, and holds nothing secret itself. */
export interface StoredSecret {
  /** `grantIdentity` or `apiKeyIdentity` of what it belongs to. */
  readonly identity: string
  readonly storedIn: SecretStoreKind
}

const VERSION = 1

/** Of all records, in the state directory. */
export const SIGN_IN_DIRECTORY = 'sign-in'

/** File of one profile's record: `<state>/sign-in/<profile>.json`. */
function signInRecordPath(host: Pick<Host, 'directories' | 'path'>, profile: string): string {
  return host.path.join(host.directories.state, SIGN_IN_DIRECTORY, `${profile}.json`)
}

/** The record of a profile; an empty one when there is none, it is damaged, or it belongs to another connection. */
export async function readSignInRecord(host: Host, profile: string, identity: string): Promise<SignInRecord> {
  const value = await readRecordValue(host, profile)
  if (!value) return { identity, logouts: 0, secrets: [] }
  const logouts = typeof value.logouts === 'number' ? value.logouts : 0
  const secrets = secretsIn(value)
  const signedOut = value.signedOut === true ? { signedOut: true as const } : {}
  if (value.identity !== identity) return { identity, logouts, secrets, ...signedOut }
  const { storedIn, account, signedInAt, clockSkewMs, pause, notGranted } = value
  return {
    identity,
    logouts,
    secrets,
    ...signedOut,
    ...(isStringArray(notGranted) ? { notGranted } : {}),
    ...(isStoreKind(storedIn) ? { storedIn } : {}),
    ...(typeof account === 'string' ? { account } : {}),
    ...(typeof signedInAt === 'number' ? { signedInAt } : {}),
    ...(typeof clockSkewMs === 'number' ? { clockSkewMs } : {}),
    ...(isPause(pause) ? { pause } : {}),
  }
}

/**
 * Write it under the lock of the grant.
 *
 * @param lock That lock, where a record that is older than another process' must not be written.
 * @throws GateError `lock-lost`, and those of a write.
 */
export async function writeSignInRecord(
  host: Host,
  profile: string,
  record: SignInRecord,
  lock?: HeldLock,
): Promise<void> {
  const { identity, storedIn } = record
  const known = record.secrets ?? secretsIn((await readRecordValue(host, profile)) ?? {})
  const isKnown = known.some((each) => each.identity === identity && each.storedIn === storedIn)
  const secrets = storedIn === undefined || isKnown ? known : [...known, { identity, storedIn }]
  await writeRecordValue(host, profile, { ...record, secrets }, lock)
}

/** The record as it is on disk, whatever connection it belongs to; undefined when there is none that can be read. */
export async function readRecordValue(host: Host, profile: string): Promise<Record<string, unknown> | undefined> {
  const file = await readPrivateFile(host, signInRecordPath(host, profile))
  const value = file.state === 'read' ? parse(file.text) : undefined
  return isRecord(value) && value.version === VERSION ? value : undefined
}

export async function writeRecordValue(host: Host, profile: string, value: object, lock?: HeldLock): Promise<void> {
  const path = signInRecordPath(host, profile)
  await lock?.assertHeld()
  await removeLeftovers(host, path)
  await atomicWrite(
    host,
    path,
    `${JSON.stringify({ version: VERSION, ...value }, null, 2)}\n`,
    lock ? { beforeRename: lock.assertHeld } : {},
  )
}

/** What stores were given, as a record says; before there was a list, it was the one of the record's own connection. */
export function secretsIn(value: Readonly<Record<string, unknown>>): readonly StoredSecret[] {
  const { secrets, identity, storedIn } = value
  const listed: readonly unknown[] = Array.isArray(secrets) ? secrets : [{ identity, storedIn }]
  return listed.flatMap((each) => {
    if (!isRecord(each) || typeof each.identity !== 'string' || !isStoreKind(each.storedIn)) return []
    return [{ identity: each.identity, storedIn: each.storedIn }]
  })
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}

function isStoreKind(value: unknown): value is SecretStoreKind {
  return value === 'keychain' || value === 'file' || value === 'env'
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isPause(value: unknown): value is RefreshPause {
  return (
    isRecord(value) &&
    [value.failures, value.since, value.until].every((each) => typeof each === 'number') &&
    typeof value.code === 'string' &&
    typeof value.message === 'string' &&
    (value.fix === undefined || (isRecord(value.fix) && typeof value.fix.action === 'string'))
  )
}
