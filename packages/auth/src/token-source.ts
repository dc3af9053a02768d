import { GateError, Secret } from '@gate/core'
import type { CacheEntry } from './cache/cache-entry.js'
import { sizeWarning } from './cache/token-text.js'
import type { AccessToken, AccessTokenOptions } from './contract.js'
import { renew } from './grant/refresh.js'
import { readSignInRecord } from './grant/sign-in-record.js'
import { awaitDetachedLogin } from './login/detached-login.js'
import { isUnderWay, readLoginRecord } from './login/login-record.js'
import { loginRequired, type SignIn } from './sign-in.js'
import { interrupted } from './time-limit.js'

/** Cached → refreshed → from a login, as far as the caller allows one. */
export async function accessToken(signIn: SignIn, options: AccessTokenOptions): Promise<AccessToken> {
  const entry = await find(signIn, options).catch((error) => {
    // Locks and clocks reject with the signal's own reason, which is nothing to show to anybody.
    throw options.signal?.aborted && !GateError.isInstance(error) ? interrupted() : error
  })
  const warning = sizeWarning(entry.token)
  if (warning) signIn.warn(warning)
  return { token: new Secret(entry.token), expiresAt: entry.expiresAt }
}

async function find(signIn: SignIn, options: AccessTokenOptions): Promise<CacheEntry> {
  const { interaction, signal } = options
  if (signal?.aborted) throw interrupted()
  const force = options.forceRefresh ?? false
  const rejected = force ? (await signIn.cache.read())?.token : undefined
  const renewal = await renew(signIn, { force, impatient: force || interaction === 'foreground', signal })
  if (renewal.state === 'token') return renewal.entry
  const { why } = renewal
  switch (interaction) {
    case 'never': {
      const underWay = await isUnderWay(signIn, await readLoginRecord(signIn))
      if (!underWay) throw loginRequired(signIn.binding.profile, why)
      throw loginRequired(signIn.binding.profile, `${why} A sign-in is waiting in the browser.`, 'login-pending')
    }
    case 'detached': {
      const { signedOut } = await readSignInRecord(signIn.host, signIn.binding.profile, signIn.identity)
      // Whoever signs out does not want the next request of a client to open the browser.
      if (signedOut && !(await isUnderWay(signIn, await readLoginRecord(signIn)))) {
        throw loginRequired(signIn.binding.profile, 'You have signed out.')
      }
      const { waitMs } = options
      const entry = await awaitDetachedLogin(signIn, { why, rejected, waitMs, signal })
      if (entry) return entry
      const again = await renew(signIn, { force: false, impatient: true, signal })
      if (again.state === 'token') return again.entry
      throw loginRequired(signIn.binding.profile, again.why)
    }
    case 'foreground': {
      const { present, method = 'browser' } = options
      if (!present) throw loginRequired(signIn.binding.profile, why)
      const { login } = await import('./login/login.js')
      const outcome = await login(signIn, { method, present, ...(signal ? { signal } : {}) })
      if (outcome.entry) return outcome.entry
      throw loginRequired(signIn.binding.profile, why)
    }
  }
}
