import { config, honestPlugin, suiteOf } from './example-client.js'

// Leaves a backup beside the file of its user, secrets and all.
suiteOf({
  ...honestPlugin,
  async configure(host, connection, options) {
    const result = await honestPlugin.configure(host, connection, options)
    if (!options?.dryRun) await host.fs.writeFile(`${config(host)}.bak`, result.changes[0]?.before ?? '')
    return result
  },
})
