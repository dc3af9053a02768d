import type { Host } from '@gate/core'
import type { OidcAuth } from '../binding.js'
import { isRecord } from '../cache/cache-entry.js'
import { readRecordValue, SIGN_IN_DIRECTORY, type StoredSecret, secretsIn, writeRecordValue } from './sign-in-record.js'

/** What an identity says. */
export interface SecretOwner {
  readonly purpose: 'grant' | 'api-key'
  readonly configDirectory: string
  readonly profile: string
  /** Whom to ask for revocation; undefined for an API key. */
  readonly auth: OidcAuth | undefined
}

/** Reads an identity; undefined when it is none that gate writes. Pure. */
export function ownerOf(identity: string): SecretOwner | undefined {
  let parts: unknown
  try {
    parts = JSON.parse(identity)
  } catch {
    return undefined
  }
  if (!Array.isArray(parts)) return undefined
  const [purpose, configDirectory, profile, _gateway, issuer, clientId, audience, scopes] = parts
  if (typeof configDirectory !== 'string' || typeof profile !== 'string') return undefined
  if (purpose === 'api-key') return { purpose, configDirectory, profile, auth: undefined }
  if (purpose !== 'grant' || typeof issuer !== 'string' || typeof clientId !== 'string') return undefined
  const asked = Array.isArray(scopes) ? scopes.filter((scope): scope is string => typeof scope === 'string') : []
  const target = typeof audience === 'string' && audience !== '' ? { audience } : {}
  return { purpose, configDirectory, profile, auth: { kind: 'oidc', issuer, clientId, scopes: asked, ...target } }
}

/**
 * Notes a secret before it is stored, so that a kill in between leaves nothing in a store that no logout knows of. Call
 * it under the lock of the grant.
 */
export async function noteSecret(host: Host, profile: string, secret: StoredSecret): Promise<void> {
  const value = (await readRecordValue(host, profile)) ?? { identity: '', logouts: 0 }
  const known = secretsIn(value)
  if (known.some((each) => sameSecret(each, secret))) return
  await writeRecordValue(host, profile, { ...value, secrets: [...known, secret] })
}

export function sameSecret(a: StoredSecret, b: StoredSecret): boolean {
  return a.identity === b.identity && a.storedIn === b.storedIn
}

/** Secrets that gate gave to a store, also of profiles that the configuration no longer names. */
export async function storedSecrets(host: Host): Promise<readonly (StoredSecret & { readonly profile: string })[]> {
  const names = await host.fs.readdir(host.path.join(host.directories.state, SIGN_IN_DIRECTORY)).catch(() => [])
  const found: (StoredSecret & { profile: string })[] = []
  for (const name of names) {
    const profile = /^(?<profile>[a-z0-9][a-z0-9._-]*)\.json$/.exec(name)?.groups?.profile
    const value = profile === undefined ? undefined : await readRecordValue(host, profile)
    if (profile === undefined || !isRecord(value)) continue
    found.push(...secretsIn(value).map((secret) => ({ ...secret, profile })))
  }
  return found
}
