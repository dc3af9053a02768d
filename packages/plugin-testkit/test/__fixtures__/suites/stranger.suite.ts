import { honestPlugin, suiteOf } from './example-client.js'

// Made for another contract, and finds its client everywhere.
suiteOf({
  ...honestPlugin,
  apiVersion: 2 as 1,
  id: 'Bad Id',
  detect: async () => ({ installed: true, evidence: [] }),
})
