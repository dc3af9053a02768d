import { type ClientPlugin, defineClient } from '@gate/core'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'

/** OpenCode, set up with a plugin file that brings providers of its own and puts the token into their requests. */
export const opencode: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'OpenCode',
  protocols: ['anthropic', 'openai-chat'],
  detect,
  plan,
  overrides,
  problems,
  notes,
})

export default opencode
