import { honestPlugin, suiteOf } from './example-client.js'

// Says that everything is well without looking.
suiteOf({
  ...honestPlugin,
  status: async (host, connection) => ({
    ...(await honestPlugin.status(host, connection)),
    state: 'connected',
    reasons: [],
  }),
})
