import { defineClient } from '@gate/core'
import { honest, suiteOf } from './example-client.js'

// Tells a secret of the environment in a note.
suiteOf(
  defineClient({
    ...honest,
    notes: (host) => [{ code: 'key', severity: 'info', message: `You are using ${host.env.OPENAI_API_KEY ?? 'no key'}.` }],
  }),
)
