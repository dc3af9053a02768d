import { baseUrl } from '@gate/client-kit'
import type { Connection } from '@gate/core'

/**
 * The value of `ANTHROPIC_BASE_URL`. Claude Code appends `/v1/messages` itself, so a `/v1` at the end would be doubled
 * (2.1.329: `…/v1` gives `/v1/v1/messages`). Pure.
 */
export function anthropicBaseUrl(connection: Connection): string {
  return baseUrl(connection, 'anthropic')
}

/**
 * True when two base URLs lead to the same requests, however they are written: blanks around them, slashes at the end, `/.`,
 * the case of the host name and a default port change nothing (2.1.332). Pure.
 */
export function isSameBaseUrl(one: string, other: string): boolean {
  return requestUrl(one) === requestUrl(other)
}

function requestUrl(text: string): string {
  const url = `${text.trim().replace(/[/\\]+$/, '')}/v1/messages`
  return URL.canParse(url) ? new URL(url).href : url
}
