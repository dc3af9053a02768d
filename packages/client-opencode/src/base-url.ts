import type { Connection } from '@gate/core'

/** What `/chat/completions` and `/models` are appended to: it carries `/v1`, once. Pure. */
export function openaiBaseUrl(connection: Connection): string {
  return withVersion(connection.gatewayUrl + connection.paths.openai)
}

/** What `/messages` is appended to: unlike Claude Code, OpenCode needs the `/v1` in it (1.18.33). Pure. */
export function anthropicBaseUrl(connection: Connection): string {
  return withVersion(connection.gatewayUrl + connection.paths.anthropic)
}

function withVersion(url: string): string {
  return `${url.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`
}
