import { versionedBaseUrl } from '@gate/client-kit'
import type { Connection } from '@gate/core'

/** What `/chat/completions` and `/models` are appended to: it carries `/v1`, once. Pure. */
export function openaiBaseUrl(connection: Connection): string {
  return versionedBaseUrl(connection, 'openai')
}

/** What `/messages` is appended to: unlike Claude Code, OpenCode needs the `/v1` in it (1.18.33). Pure. */
export function anthropicBaseUrl(connection: Connection): string {
  return versionedBaseUrl(connection, 'anthropic')
}
