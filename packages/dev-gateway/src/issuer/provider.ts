import { randomBytes } from 'node:crypto'
import { Provider } from 'oidc-provider'
import type { RuntimeSettings } from '../contract.js'
import { createMemoryStore, type MemoryStore } from './memory-adapter.js'
import { escapeHtml, page } from './pages.js'
import { resourceOfAudience, resourceServer } from './resource.js'
import type { SigningKey } from './signing-key.js'

/** The one client of the issuer. */
export const CLIENT_ID = 'gate-dev'
/** Who signs in when nobody types another name. */
export const DEFAULT_USER = 'dev-user'

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
const HOUR = 3600

export interface ProviderInit {
  issuer: string
  /** Audience of tokens for which the client named none. */
  defaultAudience: string
  settings: RuntimeSettings
  key: SigningKey
  onGrantRevoked: (grantId: string) => void
}

/**
 * oidc-provider, configured as a strict public-client issuer.
 *
 * Nothing of its development warnings is suppressed: storage, keys, lifetimes, accounts and pages are all given, so that none
 * of them has a reason to appear. Its `Unsupported runtime` warning is left to be seen.
 */
export function createProvider(init: ProviderInit): { provider: Provider; store: MemoryStore } {
  const { issuer, defaultAudience, settings, key, onGrantRevoked } = init
  const store = createMemoryStore({ rotationGrace: () => settings.rotationGrace, onGrantRevoked })

  const provider = new Provider(issuer, {
    adapter: (name: string) => store.adapter(name),
    jwks: { keys: [key.jwk] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: CLIENT_ID,
        client_name: 'gate (development)',
        // A native client may use any port of a loopback redirect (RFC 8252 section 7.3).
        application_type: 'native',
        redirect_uris: ['http://127.0.0.1/callback'],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', DEVICE_GRANT],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    responseTypes: ['code'],
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    pkce: { required: () => true },
    extraParams: ['audience'],
    rotateRefreshToken: true,
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      deviceFlow: {
        enabled: true,
        userCodeInputSource(ctx, form, _out, error) {
          const problem = error ? '<p>That code is not known, was used already, or has expired.</p>' : ''
          ctx.body = page(
            'Connect a device',
            `${problem}<p>Enter the code that the device shows.</p>${form}<button type="submit" form="op.deviceInputForm">Continue</button>`,
          )
        },
        userCodeConfirmSource(ctx, form, client, _deviceInfo, userCode) {
          ctx.body = page(
            'Connect a device',
            `<p><strong>${escapeHtml(client.clientName ?? client.clientId)}</strong> shows this code?</p><p><code>${escapeHtml(userCode)}</code></p>
${form}<button type="submit" form="op.deviceConfirmForm" autofocus>Continue</button>
<button type="submit" form="op.deviceConfirmForm" value="yes" name="abort">Cancel</button>`,
          )
        },
        successSource(ctx) {
          ctx.body = page('Device connected', '<p>You can close this page.</p>')
        },
      },
      resourceIndicators: {
        enabled: true,
        defaultResource(ctx, _client, oneOf) {
          const audience = ctx.oidc.params?.audience
          return oneOf?.[0] ?? resourceOfAudience(typeof audience === 'string' && audience ? audience : defaultAudience)
        },
        // Without this an `openid` grant would get a token for the userinfo endpoint instead of one for the gateway.
        useGrantedResource: () => true,
        getResourceServerInfo(ctx, resource) {
          const { params, entities } = ctx.oidc
          const granted = entities.RefreshToken ?? entities.AuthorizationCode ?? entities.DeviceCode
          return resourceServer(resource, `${params?.scope ?? ''} ${granted?.scope ?? ''}`, settings)
        },
      },
    },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? settings.accessTokenLifetime,
      RefreshToken: () => settings.refreshTokenLifetime,
      IdToken: HOUR,
      AuthorizationCode: 60,
      DeviceCode: () => settings.deviceCodeLifetime,
      Interaction: HOUR,
      Session: 24 * HOUR,
      Grant: () => Math.max(settings.refreshTokenLifetime, 24 * HOUR),
    },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: () => ({
        sub: accountId,
        name: accountId,
        preferred_username: accountId,
        email: `${encodeURIComponent(accountId)}@example.test`,
        email_verified: true,
      }),
    }),
    // Two thirds of a padding claim's length are enough bytes: base64url makes four of three.
    extraTokenClaims: () =>
      settings.tokenBytes > 0 && settings.tokenFormat === 'jwt'
        ? { padding: 'x'.repeat(Math.ceil((settings.tokenBytes * 3) / 4)) }
        : undefined,
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = page(
        'Something is wrong with this sign-in',
        `<p><code>${escapeHtml(out.error)}</code></p><p>${escapeHtml(out.error_description ?? '')}</p>`,
      )
    },
  })
  return { provider, store }
}
