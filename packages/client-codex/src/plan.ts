import { clientHelper } from '@gate/client-kit'
import type { Connection, EditValue, Host, OwnMark, Plan } from '@gate/core'
import { openaiBaseUrl } from './base-url.js'
import { defaultModel } from './default-model.js'
import { configExpectations } from './known-keys.js'
import { configFile } from './paths.js'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'codex'

/** The provider's id. It never changes: Codex binds every conversation to the id it was started with (0.169.0). */
export const PROVIDER = 'gate'

/** A model was chosen for our provider where that is the one in use. */
const OF_PROVIDER: OwnMark = { proofs: [], beside: { with: ['model_provider'] } }

/**
 * What makes Codex use a connection: one root key and one table. Nothing is written that makes Codex send the user's own
 * login to the gateway (`requires_openai_auth`, `openai_base_url`), and no marker comments, which Codex drops when it
 * rewrites the file. Pure.
 *
 * @throws GateError `invalid-config` when the helper is not an absolute path: Codex looks a bare name up on the `PATH` of
 * whatever started it, and a relative one in the project's directory.
 */
export function plan(host: Host, connection: Connection): Plan {
  const file = configFile(host)
  const model = defaultModel(connection)
  return {
    clientId: CLIENT_ID,
    edits: [
      { kind: 'toml', file, path: ['model_provider'], value: PROVIDER, own: { proofs: [] } },
      ...(model === undefined
        ? []
        : [{ kind: 'toml' as const, file, path: ['model'] as const, value: model, own: OF_PROVIDER }]),
      {
        kind: 'toml',
        file,
        path: ['model_providers', PROVIDER],
        value: provider(host, connection),
        onForeign: 'refuse',
        own: { proofs: ['helper', { like: { name: 'Gate', wire_api: 'responses' } }] },
      },
    ],
    expectations: configExpectations(file),
  }
}

/** The table of the provider. Pure. */
export function provider(host: Host, connection: Connection): { readonly [key: string]: EditValue } {
  const hasHeaders = Object.keys(connection.headers).length > 0
  return {
    name: 'Gate',
    base_url: openaiBaseUrl(connection),
    wire_api: 'responses',
    ...(hasHeaders ? { http_headers: connection.headers } : {}),
    // Without it Codex sends no Authorization at all, whoever is logged in (0.169.0).
    ...(connection.auth.kind === 'none' ? {} : { auth: helperTable(host, connection) }),
  }
}

function helperTable(host: Host, { helper }: Connection): { readonly [key: string]: EditValue } {
  return {
    ...clientHelper(host, helper, CLIENT_ID),
    // The default of five seconds is short for a refresh over a slow network; a late answer means a request without token.
    timeout_ms: 15_000,
    // A plain age limit, Codex does not look at the token. The helper answers from its cache in milliseconds.
    refresh_interval_ms: 60_000,
  }
}
