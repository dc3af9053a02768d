import type { Connection } from '@gate/core'

/**
 * The value of `ANTHROPIC_BASE_URL`. Claude Code appends `/v1/messages` itself, so a `/v1` at the end would be doubled
 * (2.1.329: `…/v1` gives `/v1/v1/messages`). Pure.
 */
export function anthropicBaseUrl(connection: Connection): string {
  return (connection.gatewayUrl + connection.paths.anthropic).replace(/\/+$/, '').replace(/\/v1$/, '')
}
