import type { SceneClient } from './scene.ts'

/** Claude Code sends the helper's token as `Authorization` and as `X-Api-Key`. */
export const claudeCode: SceneClient = {
  id: 'claude-code',
  file: '.claude/settings.json',
  // Without it Claude Code tries an unreachable endpoint for minutes.
  env: { CLAUDE_CODE_MAX_RETRIES: '0' },
  apiKey: 'token',
  baseUrl: (gateway) => `${gateway.url}${gateway.anthropicPath}`,
  run: (home, args, options) => home.claude(args, options),
}
