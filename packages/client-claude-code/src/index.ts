import { type ClientPlugin, defineClient } from '@gate/core'
import { ask } from './ask/ask.js'
import { situation } from './ask/situation.js'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'
import { VERSIONS } from './versions.js'

/** Claude Code, set up through `apiKeyHelper` and `ANTHROPIC_BASE_URL` in its user settings. */
export const claudeCode: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'Claude Code',
  // It waits up to 10 minutes by itself (2.1.x).
  loginWaitSeconds: 300,
  versions: VERSIONS,
  protocols: ['anthropic'],
  detect,
  plan,
  overrides,
  problems,
  notes,
  ask,
  situation,
})

export default claudeCode
