import { type ClientPlugin, defineClient } from '@gate/core'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'

/** The pi coding agent, set up with a provider of its own whose key is a command that prints the token. */
export const pi: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'pi',
  protocols: ['anthropic', 'openai'],
  detect,
  plan,
  overrides,
  problems,
  notes,
})

export default pi
