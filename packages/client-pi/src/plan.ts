import { clientHelper } from '@gate/client-kit'
import type { Connection, EditValue, Host, Plan } from '@gate/core'
import { defaultModel, modelEntry, offeredModels } from './models.js'
import { modelsFile, settingsFile } from './paths.js'
import { literalValue, shellCommand } from './quoting.js'
import { configExpectations } from './settings-values.js'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'pi'

/** The provider's id. It never changes: sessions remember the provider that they were held with (0.87.1). */
export const PROVIDER = 'gate'

/**
 * What makes pi use a connection: a provider of its own, and the choice of it. The providers that pi knows, their
 * addresses and the user's logins at them stay as they are. Pure.
 *
 * @throws GateError `invalid-config` when the helper is not an absolute path, or one that pi's shell on Windows cannot be
 * given.
 */
export function plan(host: Host, connection: Connection): Plan {
  const models = modelsFile(host)
  const settings = settingsFile(host)
  return {
    clientId: CLIENT_ID,
    edits: [
      {
        kind: 'json',
        // pi reads line comments and trailing commas in this file, and no block comments: see models-file.ts.
        dialect: 'jsonc',
        file: models,
        path: ['providers', PROVIDER],
        value: provider(host, connection),
        onForeign: 'refuse',
        own: { proofs: ['helper', { like: { name: 'Gate', apiKey: 'unused' } }] },
      },
      {
        kind: 'json',
        dialect: 'strict',
        file: settings,
        path: ['defaultProvider'],
        value: PROVIDER,
        own: { proofs: [] },
      },
      {
        kind: 'json',
        dialect: 'strict',
        file: settings,
        path: ['defaultModel'],
        value: defaultModel(connection),
        own: { proofs: [], beside: { with: ['defaultProvider'] } },
      },
    ],
    expectations: configExpectations(models, settings),
  }
}

/** The entry of `providers`. Pure. */
export function provider(host: Host, connection: Connection): { readonly [key: string]: EditValue } {
  const headers = Object.entries(connection.headers)
  const models = offeredModels(connection).map((model) => modelEntry(connection, model))
  return {
    name: 'Gate',
    // Each model has its own. Without this one 0.78.0 drops the whole file; 0.87.1 does not ask for it.
    baseUrl: models[0]?.baseUrl ?? connection.gatewayUrl,
    ...credential(host, connection),
    ...(headers.length > 0
      ? { headers: Object.fromEntries(headers.map(([name, value]) => [name, literalValue(value)])) }
      : {}),
    models,
  }
}

function credential(host: Host, { auth, helper }: Connection): { readonly [key: string]: EditValue } {
  // Without a key pi takes the provider for one that nobody has logged in to, and offers none of its models.
  if (auth.kind === 'none') return { apiKey: 'unused' }
  return {
    // Run before every request and never cached, with ten seconds to answer (since 0.63.0).
    apiKey: shellCommand(host.platform, clientHelper(host, helper, CLIENT_ID)),
    // The Anthropic API would get the token as X-Api-Key alone.
    authHeader: true,
  }
}
