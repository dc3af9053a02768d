// The header has whole seconds, and a request takes time: smaller differences cannot be told from noise.
const NOISE_MS = 2_000

// Longer than any cache keeps an answer; what is above is no age.
const LONGEST_AGE_S = 365 * 24 * 3600

/**
 * How far the issuer's clock is ahead of ours, in milliseconds; 0 when the difference is within the noise.
 *
 * @param date `Date` header (RFC 9110 section 6.6.1).
 * @param requestedAt Our clock when the request began; `answeredAt`: when its answer had come.
 * @param age `Age` header: for how long the answer lay in a cache, which hands out its old `Date` (RFC 9111 section 5.1).
 */
export function measureSkew(
  date: string,
  requestedAt: number,
  answeredAt: number,
  age?: string | undefined,
): number | undefined {
  const stated = Date.parse(date) + ageSeconds(age) * 1000
  if (!Number.isFinite(stated)) return undefined
  // The stated second may have begun up to 999 ms before the answer was made.
  const earliest = stated - answeredAt
  const latest = stated + 999 - requestedAt
  if (earliest <= NOISE_MS && latest >= -NOISE_MS) return 0
  return Math.round((earliest + latest) / 2)
}

/** Zero for what is not the whole number of seconds that it has to be. */
function ageSeconds(age: string | undefined): number {
  const seconds = age !== undefined && /^\d{1,10}$/.test(age) ? Number(age) : 0
  return seconds <= LONGEST_AGE_S ? seconds : 0
}
