import { type AccessToken, callerOf, interactionOf, type LoginMethod } from '@gate/auth'
import { GateError } from '@gate/core'
import { requireComplete } from '../profile/index.js'
import { authProfileOf, type Session } from '../session.js'
import { recallClient } from '../setup/client-record.js'

export interface TokenOptions {
  /** Id of the client that the token is for; decides whether a login is awaited, and how long. Default: none. */
  readonly client?: string | undefined
  /** Gateway that the caller sends the token to; there is none when the profile is for another one. Default: any. */
  readonly gatewayUrl?: string | undefined
  /** Never lead to a login. Default false. */
  readonly skipBrowser?: boolean
  /** Get a new token although the cached one is valid. Default false. */
  readonly forceRefresh?: boolean
  /** Somebody sees what the presenter of the login shows, so that it may happen here. Default false. */
  readonly foreground?: boolean
  /** Of a login in the foreground. Default `browser`. */
  readonly method?: LoginMethod
}

/** A bearer token that is valid now. */
export interface TokenResult extends AccessToken {
  readonly profile: string
}

/**
 * Returns a token: the cached one, a refreshed one, or that of a login where the caller may lead to one.
 *
 * @throws GateError `not-configured`, `other-gateway`, `login-required`, and those of `@gate/auth`.
 */
export async function token(session: Session, options: TokenOptions = {}): Promise<TokenResult> {
  const { auth: kind, ...complete } = requireComplete(session.profileName, session.profile)
  if (kind.kind === 'none') {
    throw new GateError({
      code: 'invalid-config',
      message: `the gateway of profile "${session.profileName}" wants no token`,
    })
  }
  const { client: given, gatewayUrl } = options
  if (gatewayUrl !== undefined && gatewayUrl !== complete.gatewayUrl) {
    throw new GateError({
      code: 'other-gateway',
      message: `this client was set up for ${gatewayUrl}, but profile "${session.profileName}" is for ${complete.gatewayUrl} now, so it gets no token`,
      fix: { action: 'setup', ...(given === undefined ? {} : { client: given }) },
    })
  }
  const auth = await session.auth(session.profileName, authProfileOf({ ...complete, auth: kind }))
  const client = callerOf(session.host, given)
  const { loginWaitSeconds } = client === undefined ? {} : await recallClient(session.host, client)
  const interaction = interactionOf(session.host, {
    client,
    loginWaitSeconds,
    skipBrowser: options.skipBrowser === true,
    terminal: options.foreground === true,
  })
  const found = await auth.accessToken({
    interaction,
    forceRefresh: options.forceRefresh === true,
    present: session.presenter,
    signal: session.signal,
    ...(options.method === undefined ? {} : { method: options.method }),
    ...(loginWaitSeconds === undefined ? {} : { waitMs: loginWaitSeconds * 1000 }),
  })
  return { ...found, profile: session.profileName }
}
