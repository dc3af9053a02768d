import { GateError, type Secret } from '@gate/core'
import { IssuerFailure } from './issuer-failure.js'

// Neither a new sign-in nor waiting changes what the issuer thinks of the client itself.
const ABOUT_THE_CLIENT = new Set(['invalid_client', 'unauthorized_client'])

/**
 * Judges why a refresh failed. Providers have many words for "sign in again" (`interaction_required`, `consent_required`,
 * `invalid_request`, an empty body), so the status counts: a 4xx of the token endpoint of an issuer whose discovery has just
 * answered. Pure.
 *
 * @param failure As any request would be judged.
 * @param status Of the token endpoint's answer; undefined when there was none.
 * @param rotated The refresh token in the answer, if there was one.
 */
export function judgeRefresh(
  failure: IssuerFailure,
  status: number | undefined,
  rotated: Secret | undefined,
): IssuerFailure {
  const { kind, gateError, oauthError, retryAfterMs } = failure
  const refused = status !== undefined && status >= 400 && status < 500 && status !== 408 && status !== 429
  const signInAgain =
    refused && kind !== 'grant-dead' && kind !== 'transient' && !ABOUT_THE_CLIENT.has(oauthError ?? '')
  if (!signInAgain) return rotated ? new IssuerFailure(kind, gateError, { oauthError, retryAfterMs, rotated }) : failure
  const words = /\((?<words>.*)\)\.$/s.exec(gateError.message)?.groups?.words ?? `HTTP ${status}`
  return new IssuerFailure(
    'sign-in-again',
    new GateError({
      code: 'login-required',
      message: `The issuer does not renew this sign-in (${words}).`,
      fix: { action: 'login' },
    }),
    { oauthError, retryAfterMs },
  )
}
