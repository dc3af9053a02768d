import { type ClientPlugin, defineClient } from '@gate/core'
import { ask } from './ask.js'
import { detect } from './detect.js'
import { notes } from './notes.js'
import { overrides } from './overrides.js'
import { CLIENT_ID, plan } from './plan.js'
import { problems } from './problems.js'
import { situation } from './situation.js'
import { VERSIONS } from './versions.js'

/** Codex, set up as a model provider of its own with a command that prints the token. */
export const codex: ClientPlugin = defineClient({
  id: CLIENT_ID,
  displayName: 'Codex CLI',
  // It runs its helper up to 25 times in 7 s and kills it after seconds (measured, codex 0.144 and 0.169).
  loginWaitSeconds: 0,
  protocols: ['openai'],
  versions: VERSIONS,
  detect,
  plan,
  overrides,
  problems,
  ask,
  situation,
  notes,
})

export default codex
