import { clientHelper } from '@gate/client-kit'
import type { Connection, Host, Model } from '@gate/core'
import { anthropicBaseUrl, openaiBaseUrl } from './base-url.js'
import { PLUGIN_TEMPLATE } from './plugin-template.js'
import { ANTHROPIC_PROVIDER, OPENAI_PROVIDER, providerOf } from './provider-models.js'

/** What the output of a model may be when nothing is known about it: OpenCode then takes its own default (1.18.33). */
const UNKNOWN_OUTPUT = 0

/** The plugin file for a connection: the template with the connection's values at its head. Pure. */
export function pluginText(host: Host, connection: Connection): string {
  const settings = {
    origin: new URL(connection.gatewayUrl).origin,
    headers: connection.headers,
    helper: connection.auth.kind === 'none' ? null : helperCall(host, connection),
    providers: {
      [OPENAI_PROVIDER]: {
        npm: '@ai-sdk/openai-compatible',
        name: 'Gate',
        baseURL: openaiBaseUrl(connection),
        models: modelsOf(connection, OPENAI_PROVIDER),
      },
      [ANTHROPIC_PROVIDER]: {
        npm: '@ai-sdk/anthropic',
        name: 'Gate (Anthropic)',
        baseURL: anthropicBaseUrl(connection),
        models: modelsOf(connection, ANTHROPIC_PROVIDER),
      },
    },
    // Nobody told gate the models, and OpenCode asks no provider for any.
    discover: connection.models.length === 0,
  }
  return PLUGIN_TEMPLATE.replace('__SETTINGS__', () => JSON.stringify(settings, undefined, 2))
}

function modelsOf({ models }: Connection, provider: string): Readonly<Record<string, object>> {
  return Object.fromEntries(
    models.filter((model) => providerOf(model) === provider).map((model) => [model.id, entry(model)]),
  )
}

function entry({ id, displayName, contextWindow }: Model): object {
  const limit = contextWindow === undefined ? {} : { limit: { context: contextWindow, output: UNKNOWN_OUTPUT } }
  return { name: displayName ?? id, ...limit }
}

/**
 * How the plugin file starts the helper. Windows starts no batch file without its shell; the path goes there through
 * a variable, because inside a command line some characters of file names would have a meaning.
 */
function helperCall(host: Host, { helper }: Connection): object {
  const directory = host.path.dirname(helper.command)
  return {
    ...clientHelper(host, helper, 'opencode'),
    directory,
    ...(host.platform === 'win32' ? { batch: true } : {}),
  }
}
