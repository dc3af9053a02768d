import type { Adapter, AdapterPayload } from 'oidc-provider'

interface Stored {
  model: string
  payload: AdapterPayload
}

/** What {@link createMemoryStore} needs to know from outside. */
export interface MemoryStoreInit {
  /** Seconds during which a rotated refresh token may be used again. Read at each use. */
  rotationGrace: () => number
  /** Told about every grant that is revoked, so that access tokens which are not stored (JWT) die with it. */
  onGrantRevoked: (grantId: string) => void
}

/** Storage of the provider: one map for all of its models. */
export interface MemoryStore {
  adapter(model: string): Adapter
  clear(): void
}

/**
 * Keeps everything the provider knows in memory, without the 1000-entry limit of oidc-provider's own development adapter
 * (a long test run would lose grants), and with an optional grace period for rotated refresh tokens.
 */
export function createMemoryStore({ rotationGrace, onGrantRevoked }: MemoryStoreInit): MemoryStore {
  const entries = new Map<string, Stored>()

  const findWhere = (model: string, matches: (payload: AdapterPayload) => boolean): AdapterPayload | undefined => {
    for (const entry of entries.values()) if (entry.model === model && matches(entry.payload)) return entry.payload
    return undefined
  }

  const inGrace = (model: string, payload: AdapterPayload): boolean =>
    model === 'RefreshToken' &&
    typeof payload.consumed === 'number' &&
    Date.now() < (payload.consumed + rotationGrace()) * 1000

  const adapter = (model: string): Adapter => {
    const keyOf = (id: string) => `${model}:${id}`
    return {
      // Nothing is dropped when it expires: the provider checks that itself, and says `expired_token` of a device code
      // (RFC 8628 section 3.5) only when it still finds it.
      async upsert(id, payload) {
        entries.set(keyOf(id), { model, payload })
      },
      async find(id) {
        const payload = entries.get(keyOf(id))?.payload
        if (!payload || !inGrace(model, payload)) return payload
        const { consumed: _withinGrace, ...rest } = payload
        return rest
      },
      async findByUid(uid) {
        return findWhere(model, (payload) => payload.uid === uid)
      },
      async findByUserCode(userCode) {
        return findWhere(model, (payload) => payload.userCode === userCode)
      },
      async consume(id) {
        const payload = entries.get(keyOf(id))?.payload
        // The first use starts the grace period; a use within it must not start another.
        if (payload) payload.consumed ??= Date.now() / 1000
      },
      async destroy(id) {
        entries.delete(keyOf(id))
      },
      async revokeByGrantId(grantId) {
        for (const [key, entry] of entries) {
          if (entry.model === model && entry.payload.grantId === grantId) entries.delete(key)
        }
        onGrantRevoked(grantId)
      },
    }
  }

  return { adapter, clear: () => entries.clear() }
}
