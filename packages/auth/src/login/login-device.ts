import { GateError } from '@gate/core'
import { isDenial } from '../issuer/failure-classification.js'
import type { TokenSet } from '../issuer/issuer-client.js'
import { IssuerFailure } from '../issuer/issuer-failure.js'
import type { LoginContext } from './login-browser.js'

const SLOW_DOWN_S = 5
const LONGEST_INTERVAL_S = 60

/**
 * Device authorization grant (RFC 8628): shows a code and polls until it was entered somewhere.
 *
 * @throws GateError `login-denied`, `login-timeout`, `issuer-error` when the issuer does not offer it; IssuerFailure.
 */
export async function loginWithDevice(context: LoginContext): Promise<TokenSet> {
  const { host, issuer, present, signal } = context
  if (!issuer.offersDeviceFlow) {
    throw new GateError({
      code: 'issuer-error',
      message: 'The issuer does not offer sign-in by device code.',
      fix: { action: 'login', method: 'print-url' },
    })
  }
  const device = await issuer.startDevice()
  const expiresAt = host.clock.now() + device.expiresIn * 1000
  present.show({
    kind: 'device',
    userCode: device.userCode,
    verificationUri: device.verificationUri,
    ...(device.verificationUriComplete ? { verificationUriComplete: device.verificationUriComplete } : {}),
    expiresAt,
  })
  // Also bounded from above: what does not fit into a timer is no wait at all.
  let interval = Math.min(Math.max(1, device.interval), LONGEST_INTERVAL_S)
  for (;;) {
    await host.clock.sleep(interval * 1000, signal)
    if (host.clock.now() >= expiresAt) throw expired()
    try {
      return await issuer.pollDevice(device.deviceCode)
    } catch (error) {
      interval = nextInterval(error, interval)
    }
  }
}

/** Seconds until the next poll after a failed one; rethrows what ends the flow. Section 3.5. */
function nextInterval(error: unknown, interval: number): number {
  if (!(error instanceof IssuerFailure)) throw error
  if (isDenial(error.oauthError)) {
    throw new GateError({
      code: 'login-denied',
      message: 'The sign-in was denied.',
      fix: { action: 'login', method: 'device' },
    })
  }
  switch (error.oauthError) {
    case 'authorization_pending':
      return interval
    case 'slow_down':
      return interval + SLOW_DOWN_S
    case 'expired_token':
      throw expired()
    default:
      if (error.kind !== 'transient') throw error
      // "On encountering a connection timeout, clients MUST unilaterally reduce their polling frequency": exponential.
      return Math.max(interval, Math.min(LONGEST_INTERVAL_S, Math.max(interval * 2, (error.retryAfterMs ?? 0) / 1000)))
  }
}

function expired(): GateError {
  return new GateError({
    code: 'login-timeout',
    message: 'Nobody entered the device code in time.',
    fix: { action: 'login', method: 'device' },
  })
}
