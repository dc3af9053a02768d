import type { KnownToken } from '../contract.js'

interface Issued extends Omit<KnownToken, 'state'> {
  revoked: boolean
  forcedExpiry: boolean
}

/** What is noted about an access token when it is issued. */
type IssuedToken = Omit<KnownToken, 'state'>

/** Every access token that was ever issued, by its exact text. */
export interface TokenLedger {
  add(token: string, issued: IssuedToken): void
  /** What the issuer knows about a token now; undefined for one it never issued. */
  look(token: string): (Omit<KnownToken, 'state'> & { state: 'valid' | 'expired' | 'revoked' }) | undefined
  expireAll(): void
  revokeAll(): void
  revokeGrant(grantId: string): void
}

/**
 * The gateway asks this ledger instead of checking signatures: it treats JWT and opaque tokens alike, knows revocation, and
 * accepts nothing that was not issued here.
 */
export function createTokenLedger(): TokenLedger {
  const tokens = new Map<string, Issued>()
  // A grant can be revoked while one of its tokens is still being made.
  const revokedGrants = new Set<string | undefined>()
  return {
    add(token, issued) {
      tokens.set(token, { ...issued, revoked: revokedGrants.has(issued.grantId), forcedExpiry: false })
    },
    look(token) {
      const issued = tokens.get(token)
      if (!issued) return undefined
      const { revoked, forcedExpiry, ...known } = issued
      const expired = forcedExpiry || known.expiresAt <= Date.now()
      return { ...known, state: revoked ? 'revoked' : expired ? 'expired' : 'valid' }
    },
    expireAll() {
      for (const issued of tokens.values()) issued.forcedExpiry = true
    },
    revokeAll() {
      for (const issued of tokens.values()) issued.revoked = true
    },
    revokeGrant(grantId) {
      revokedGrants.add(grantId)
      for (const issued of tokens.values()) if (issued.grantId === grantId) issued.revoked = true
    },
  }
}
