import { type ClientPlugin, defineClient } from '@gate/core'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { obstacle } from './obstacle.js'
import { CLIENT_ID, OPTIONS } from './options.js'
import { overrides } from './overrides.js'
import { plan } from './plan.js'
import { problems } from './problems.js'

/** Claude Desktop, set up through a configuration in its library for third-party inference. */
export const claudeDesktop: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'Claude Desktop',
  options: OPTIONS,
  detect,
  plan,
  overrides,
  obstacle,
  problems,
  notes,
})

export default claudeDesktop
