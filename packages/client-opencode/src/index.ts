import { type ClientPlugin, defineClient } from '@gate/core'
import { ask } from './ask.js'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { obstacle } from './obstacle.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'
import { situation } from './situation.js'

/** OpenCode, set up with a plugin file that brings providers of its own and puts the token into their requests. */
export const opencode: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'OpenCode',
  protocols: ['anthropic', 'openai-chat'],
  detect,
  plan,
  overrides,
  obstacle,
  problems,
  ask,
  situation,
  notes,
})

export default opencode
