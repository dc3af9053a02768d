import type { Connection } from '@gate/core'

/** The value of `base_url`, to which Codex appends `/responses` and `/models`; so it carries `/v1`, once. Pure. */
export function openaiBaseUrl(connection: Connection): string {
  return `${(connection.gatewayUrl + connection.paths.openai).replace(/\/+$/, '').replace(/\/v1$/, '')}/v1`
}
