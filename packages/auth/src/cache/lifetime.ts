/** What is known about a token that was just issued. Times in milliseconds since the epoch. */
export interface LifetimeInputs {
  /** `expires_in` as the issuer sent it, whatever its type. */
  readonly expiresIn: unknown
  /** Its `exp` claim is used when `expires_in` is missing; the signature is the gateway's business. */
  readonly token: string
  /** When the request was sent, so that a slow answer never makes a token look younger than it is. */
  readonly requestedAt: number
  /** Issuer's clock minus ours. */
  readonly clockSkewMs: number
  /** A refresh token exists. */
  readonly renewable: boolean
}

export interface Lifetime {
  readonly refreshAt: number
  readonly expiresAt: number
}

const MAX_AHEAD_MS = 10 * 60_000
// A fifth: 12 s of a 60 s token, 60 s of Keycloak's default of 5 minutes.
const AHEAD_FRACTION = 0.2
const MAX_LIFETIME_MS = 365 * 24 * 3_600_000
// Without any statement of the issuer (RFC 6749 section 5.1 allows that): short when renewing is free, and long enough
// not to ask a person every few minutes when it is not.
const UNKNOWN_RENEWABLE_MS = 5 * 60_000
const UNKNOWN_MS = 60 * 60_000

/** When to renew a token and when it dies; always `requestedAt < refreshAt <= expiresAt`. Pure. */
export function lifetimeOf(inputs: LifetimeInputs): Lifetime {
  const { requestedAt, renewable } = inputs
  const stated = statedMs(inputs.expiresIn) ?? claimedMs(inputs)
  const lifetime = Math.min(stated ?? (renewable ? UNKNOWN_RENEWABLE_MS : UNKNOWN_MS), MAX_LIFETIME_MS)
  // Whole milliseconds, as the shim reads them.
  const ahead = Math.floor(Math.min(MAX_AHEAD_MS, lifetime * AHEAD_FRACTION))
  return { refreshAt: requestedAt + lifetime - ahead, expiresAt: requestedAt + lifetime }
}

/** Positive seconds as a number or a numeric string; zero, negative and everything else say nothing. */
function statedMs(expiresIn: unknown): number | undefined {
  const seconds = typeof expiresIn === 'string' && expiresIn.trim() !== '' ? Number(expiresIn) : expiresIn
  return typeof seconds === 'number' && Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined
}

function claimedMs({ token, requestedAt, clockSkewMs }: LifetimeInputs): number | undefined {
  const exp = expiryClaim(token)
  if (exp === undefined) return undefined
  const left = exp * 1000 - (requestedAt + clockSkewMs)
  return left > 0 ? left : undefined
}

function expiryClaim(token: string): number | undefined {
  const parts = token.split('.')
  if (parts.length !== 3) return undefined
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'))
    const exp = typeof claims === 'object' && claims !== null && 'exp' in claims ? claims.exp : undefined
    return typeof exp === 'number' && Number.isFinite(exp) ? exp : undefined
  } catch {
    return undefined
  }
}
