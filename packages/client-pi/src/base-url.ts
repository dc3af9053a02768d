import { baseUrl, versionedBaseUrl } from '@gate/client-kit'
import type { Connection } from '@gate/core'

/** `baseUrl` of a model that speaks `anthropic-messages`: pi appends `/v1/messages` to it. Pure. */
export function anthropicBaseUrl(connection: Connection): string {
  return baseUrl(connection, 'anthropic')
}

/** `baseUrl` of a model that speaks `openai-responses`: pi appends `/responses` to it, so it carries `/v1`, once. Pure. */
export function openaiBaseUrl(connection: Connection): string {
  return versionedBaseUrl(connection, 'openai')
}
