import type { Connection, EditValue, Host, JsonEdit, OwnBeside, Plan } from '@gate/core'
import { configExpectations } from './known-values.js'
import { configFile, pluginFile } from './paths.js'
import { PLUGIN_HEAD } from './plugin-template.js'
import { pluginText } from './plugin-text.js'
import { defaultModels, PROVIDERS } from './provider-models.js'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'opencode'

const SCHEMA = 'https://opencode.ai/config.json'

/** A model of our providers, which nobody defines once the plugin file is gone. */
const OF_PROVIDERS: OwnBeside = { begins: PROVIDERS.map((provider) => `${provider}/`) }

/**
 * What makes OpenCode use a connection: a plugin file with our providers, and the choice of a model of theirs. The
 * choice stands in the configuration file and not only in the plugin, so that an OpenCode that leaves the plugin out
 * (`--pure`) reports an unknown model instead of taking another provider (1.18.33). Pure.
 *
 * @throws GateError `invalid-config` when the helper is not an absolute path.
 */
export function plan(host: Host, connection: Connection): Plan {
  const file = configFile(host)
  const edit = (key: string, value: EditValue, beside: OwnBeside): JsonEdit => ({
    kind: 'json',
    dialect: 'jsonc',
    file,
    path: [key],
    value,
    own: { proofs: [], beside },
  })
  const { model, smallModel } = defaultModels(connection)
  return {
    clientId: CLIENT_ID,
    edits: [
      {
        kind: 'file',
        file: pluginFile(host),
        content: pluginText(host, connection),
        own: { proofs: [{ begins: PLUGIN_HEAD }] },
      },
      // Without it OpenCode writes the file anew at its next start, to put it in (1.18.33).
      edit('$schema', SCHEMA, 'alone'),
      edit('model', model, OF_PROVIDERS),
      edit('small_model', smallModel, OF_PROVIDERS),
    ],
    expectations: configExpectations(file),
  }
}
