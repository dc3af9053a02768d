import type { SceneClient } from './scene.ts'

/** Codex sends the helper's token as `Authorization` alone. */
export const codex: SceneClient = {
  id: 'codex',
  file: '.codex/config.toml',
  env: {},
  apiKey: 'absent',
  baseUrl: (gateway) => `${gateway.url}${gateway.openaiPath}/v1`,
  run: (home, args, options) => home.codex(args, options),
}
