import type { Connection } from '@gate/core'

/** `baseUrl` of a model that speaks `anthropic-messages`: pi appends `/v1/messages` to it. Pure. */
export function anthropicBaseUrl({ gatewayUrl, paths }: Connection): string {
  return withoutVersion(gatewayUrl + paths.anthropic)
}

/** `baseUrl` of a model that speaks `openai-responses`: pi appends `/responses` to it, so it carries `/v1`, once. Pure. */
export function openaiBaseUrl({ gatewayUrl, paths }: Connection): string {
  return `${withoutVersion(gatewayUrl + paths.openai)}/v1`
}

function withoutVersion(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/v1$/, '')
}
