import { config, honestPlugin, suiteOf } from './example-client.js'

// Takes what it cannot parse for an empty file.
suiteOf({
  ...honestPlugin,
  async configure(host, connection, options) {
    try {
      return await honestPlugin.configure(host, connection, options)
    } catch {
      await host.fs.writeFile(config(host), '{}')
      return await honestPlugin.configure(host, connection, options)
    }
  },
})
