import { ERROR_CODES, GateError, type GateErrorCode } from '@gate/core'
import type { RefreshPause } from './sign-in-record.js'

const FIRST_MS = 2_000
const LONGEST_MS = 60_000
const LONGEST_ASKED_MS = 5 * 60_000
const FIRST_REFUSED_MS = 60_000
const LONGEST_REFUSED_MS = 60 * 60_000

/**
 * How long nobody asks the issuer again: 2, 4, 8 … 60 seconds, or what `Retry-After` says, up to five minutes. Pure.
 *
 * @param previous The pause before this failure, if there was one without a success since.
 */
export function nextPause(
  previous: RefreshPause | undefined,
  error: GateError,
  now: number,
  retryAfterMs: number | undefined,
): RefreshPause {
  const failures = (previous?.failures ?? 0) + 1
  const own = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), LONGEST_MS)
  const wait = retryAfterMs === undefined ? own : Math.min(Math.max(retryAfterMs, own), LONGEST_ASKED_MS)
  return {
    failures,
    since: now,
    until: now + wait,
    code: error.code,
    message: error.message,
    ...(error.fix === undefined ? {} : { fix: error.fix }),
  }
}

/**
 * The same after the issuer did not renew the sign-in, with a word that may have come from somebody else: asked again after
 * 1, 2, 4 … 60 minutes, because what it wants of the person (another network, another device) may be given without a login.
 */
export function refusalPause(
  previous: RefreshPause | undefined,
  { message, fix }: GateError,
  now: number,
): RefreshPause {
  const failures = isRefusal(previous) ? previous.failures + 1 : 1
  const wait = Math.min(FIRST_REFUSED_MS * 2 ** Math.min(failures - 1, 10), LONGEST_REFUSED_MS)
  return {
    failures,
    since: now,
    until: now + wait,
    code: 'login-required',
    message,
    ...(fix === undefined ? {} : { fix }),
  }
}

/** Whether only a login helps, for all that is known: the last refresh was refused. */
export function isRefusal(pause: RefreshPause | undefined): pause is RefreshPause {
  return pause?.code === 'login-required'
}

/** Whether a pause is in force; one from the future, after the clock was set back, is not. */
export function isPaused(pause: RefreshPause | undefined, now: number): pause is RefreshPause {
  return pause !== undefined && now < pause.until && now >= pause.since - 1_000
}

/** The failure that caused the pause, told again without asking the issuer. */
export function pauseError(pause: RefreshPause, now: number): GateError {
  const seconds = Math.max(1, Math.ceil((pause.until - now) / 1000))
  const code = pause.code in ERROR_CODES ? (pause.code as GateErrorCode) : 'issuer-error'
  return new GateError({
    code,
    message: `${pause.message} gate asks again in ${seconds} s.`,
    ...(pause.fix === undefined ? {} : { fix: pause.fix }),
  })
}
