import { addPi, runPi } from '../harness/pi.ts'
import type { SceneClient } from './scene.ts'

/** pi sends the helper's token as `X-Api-Key`, and because of `authHeader` as `Authorization`, too. */
export const pi: SceneClient = {
  id: 'pi',
  file: '.pi/agent/models.json',
  env: {},
  apiKey: 'token',
  prepare: addPi,
  baseUrl: (gateway) => `${gateway.url}${gateway.anthropicPath}`,
  run: runPi,
}
