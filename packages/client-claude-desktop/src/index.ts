import { type ClientPlugin, defineClient } from '@gate/core'
import { detect } from './detect.js'
import { withShapes } from './documents.js'
import { withManagedLayer } from './managed/layer.js'
import { notes } from './notes.js'
import { obstacle } from './obstacle.js'
import { CLIENT_ID, OPTIONS } from './options.js'
import { overrides } from './overrides.js'
import { plan } from './plan.js'
import { problems } from './problems.js'

const inLibrary: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'Claude Desktop',
  // It kills the helper after the 60 s that the plan sets; where it waits 20 s only, the helper leads to no login.
  loginWaitSeconds: 55,
  options: OPTIONS,
  protocols: ['anthropic'],
  detect,
  plan,
  overrides,
  obstacle,
  problems,
  notes,
})

/**
 * Claude Desktop, set up through a configuration in its library for third-party inference, and on macOS, when asked for,
 * through the managed property list of the user.
 */
export const claudeDesktop: ClientPlugin = withManagedLayer(withShapes(inLibrary))

export default claudeDesktop
