import { openGate } from '../open-gate.js'

// Started by a helper that found nobody signed in, without a terminal: `node login.js PROFILE`.
const profile = process.argv[2]
const abort = new AbortController()
process.once('SIGINT', () => abort.abort())
// A helper may be started with an empty environment, and starts this.
const gate = openGate({ requireHome: false, signal: abort.signal })
gate.login({ profile, detached: true }).then(
  () => process.exit(0),
  () => process.exit(1),
)
