import { type ClientPlugin, defineClient } from '@gate/core'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'

/** Codex, set up as a model provider of its own with a command that prints the token. */
export const codex: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'Codex CLI',
  detect,
  plan,
  overrides,
  problems,
  notes,
})

export default codex
