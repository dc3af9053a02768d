// The header has whole seconds, and a request takes time: smaller differences cannot be told from noise.
const NOISE_MS = 2_000

/**
 * How far the issuer's clock is ahead of ours, in milliseconds; 0 when the difference is within the noise.
 *
 * @param date `Date` header (RFC 9110 section 6.6.1).
 * @param requestedAt Our clock when the request began; `answeredAt`: when its answer had come.
 */
export function measureSkew(date: string, requestedAt: number, answeredAt: number): number | undefined {
  const stated = Date.parse(date)
  if (!Number.isFinite(stated)) return undefined
  // The stated second may have begun up to 999 ms before the answer was made.
  const earliest = stated - answeredAt
  const latest = stated + 999 - requestedAt
  if (earliest <= NOISE_MS && latest >= -NOISE_MS) return 0
  return Math.round((earliest + latest) / 2)
}
