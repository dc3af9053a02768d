import { type Connection, type EditValue, GateError, type Host } from '@gate/core'
import { anthropicBaseUrl } from './base-url.js'
import { inferenceModels } from './models.js'
import { CLIENT_ID, signsInItself } from './options.js'

/** Seconds after which the app asks the helper again. At 120 and below it would ask at the start of a session only. */
const HELPER_TTL_S = 300
/** Seconds that the app waits for the helper; in the middle of a session it is 20 whatever this says. */
const HELPER_TIMEOUT_S = 60

/**
 * The configuration as Claude Desktop reads it from its library: flat keys, values of their own types. Pure.
 *
 * @throws GateError `invalid-config` when the helper cannot be a value of `inferenceCredentialHelper`, or the app is to
 * sign in where there is no OpenID provider.
 */
export function configuration(host: Host, connection: Connection): Readonly<Record<string, EditValue>> {
  const { models } = inferenceModels(connection.models)
  const headers = Object.keys(connection.headers).length > 0
  return {
    inferenceProvider: 'gateway',
    inferenceGatewayBaseUrl: anthropicBaseUrl(connection),
    inferenceGatewayAuthScheme: 'bearer',
    ...credential(host, connection),
    ...(headers ? { inferenceCustomHeaders: connection.headers } : {}),
    deploymentDisplayName: 'gate',
    chatTabEnabled: true,
    ...(models.length > 0 ? { inferenceModels: models.map((model) => ({ ...model })) } : {}),
  }
}

/** The kind is always named: with several credentials in a configuration the app would choose by itself. */
function credential(host: Host, connection: Connection): Readonly<Record<string, EditValue>> {
  if (signsInItself(connection)) return nativeSignIn(connection)
  if (connection.auth.kind === 'none') {
    // Without any credential the app falls back to claude.ai.
    return { inferenceCredentialKind: 'static', inferenceGatewayApiKey: 'no-token-needed' }
  }
  return {
    inferenceCredentialKind: 'helper-script',
    inferenceCredentialHelper: helperPath(host, connection),
    inferenceCredentialHelperTtlSec: HELPER_TTL_S,
    inferenceCredentialHelperTimeoutSec: HELPER_TIMEOUT_S,
  }
}

/** The app runs it without a shell and without arguments, from a path of this machine. */
function helperPath(host: Host, { helper }: Connection): string {
  const isLocal = host.path.isAbsolute(helper.command) && !/^[\\/]{2}/.test(helper.command)
  if (isLocal && helper.args.length === 0) return helper.command
  throw new GateError({
    code: 'invalid-config',
    message: `The helper must be an absolute path on this machine, without arguments, but is ${JSON.stringify([helper.command, ...helper.args].join(' '))}.`,
  })
}

/** The app signs in with the access token, which is what gateways check, not with its default, the ID token. */
function nativeSignIn({ auth }: Connection): Readonly<Record<string, EditValue>> {
  if (auth.kind !== 'oidc') {
    throw new GateError({
      code: 'invalid-config',
      message: `Claude Desktop can sign in by itself only where there is an OpenID provider, not with auth "${auth.kind}".`,
      fix: { action: 'unset-setting', key: `options.${CLIENT_ID}.auth` },
    })
  }
  const { issuer, clientId, scopes, audience, callbackPort } = auth
  return {
    inferenceCredentialKind: 'interactive',
    inferenceGatewayOidc: {
      clientId,
      issuer,
      scopes: scopes.join(' '),
      bearerTokenType: 'access_token',
      ...(callbackPort === undefined ? {} : { redirectPort: callbackPort }),
      ...(audience !== undefined && isResource(audience) ? { resource: audience } : {}),
    },
  }
}

/** RFC 8707 section 2: an absolute URI without fragment. */
function isResource(audience: string): boolean {
  return URL.canParse(audience) && !audience.includes('#')
}
