import { randomUUID } from 'node:crypto'
import type { Provider } from 'oidc-provider'
import type { RuntimeSettings } from '../contract.js'
import { CLIENT_ID, DEFAULT_USER } from './provider.js'
import { resourceOfAudience, resourceServer } from './resource.js'
import type { TokenLedger } from './token-ledger.js'

export interface TokenInit {
  subject?: string
  /** Seconds. */
  lifetime?: number
  audience?: string
}

/** When a token that was saved just now expires, in milliseconds since the epoch. The model itself does not say. */
export function expiryOf(token: { readonly expiration: number }): number {
  return (Math.floor(Date.now() / 1000) + token.expiration) * 1000
}

/** Issues an access token without any sign-in, with the provider's own models so that it looks like all others. */
export async function mintAccessToken(
  context: { provider: Provider; ledger: TokenLedger; settings: RuntimeSettings; defaultAudience: string },
  { subject = DEFAULT_USER, lifetime, audience = context.defaultAudience }: TokenInit,
): Promise<string> {
  const { provider, ledger, settings } = context
  const client = await provider.Client.find(CLIENT_ID)
  if (!client) throw new Error(`the issuer has no client ${CLIENT_ID}`)
  const resource = resourceOfAudience(audience)
  const info = resourceServer(resource, '', settings)
  const seconds = lifetime ?? settings.accessTokenLifetime
  const grantId = randomUUID()
  const token = new provider.AccessToken({
    client,
    accountId: subject,
    grantId,
    gty: 'authorization_code',
    resourceServer: new provider.ResourceServer(resource, { ...info, accessTokenTTL: seconds }),
  })
  const value = await token.save()
  ledger.add(value, {
    jti: token.jti,
    subject,
    clientId: CLIENT_ID,
    grantId,
    scope: '',
    audience: [audience],
    expiresAt: expiryOf(token),
  })
  return value
}
