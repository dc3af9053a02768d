import { type ClientPlugin, defineClient } from '@gate/core'
import { ask } from './ask.js'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { obstacle } from './obstacle.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'
import { situation } from './situation.js'

/** The pi coding agent, set up with a provider of its own whose key is a command that prints the token. */
export const pi: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'pi',
  // The first release that takes a `$` in a header literally when it is doubled: 0.78.0 does, 0.76.0 sends both, and takes a
  // header that is the name of a variable for it. Before 0.63.0 a key was kept for ever.
  versions: { oldest: '0.77.0', tried: ['0.87.1', '1.6.0'] },
  protocols: ['anthropic', 'openai'],
  detect,
  plan,
  overrides,
  obstacle,
  problems,
  ask,
  situation,
  notes,
})

export default pi
