import type { SceneClient } from './scene.ts'

/** OpenCode's plugin file sends the helper's token as `Authorization` alone. */
export const opencode: SceneClient = {
  id: 'opencode',
  file: '.config/opencode/opencode.jsonc',
  setup: ['--models', 'gpt-5.2,gpt-5.2-mini'],
  env: {},
  apiKey: 'absent',
  baseUrl: (gateway) => `${gateway.url}${gateway.openaiPath}/v1`,
  run: (home, args, options) => home.opencode(args, options),
}
