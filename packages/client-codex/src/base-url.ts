import { versionedBaseUrl } from '@gate/client-kit'
import type { Connection } from '@gate/core'

/** The value of `base_url`, to which Codex appends `/responses` and `/models`; so it carries `/v1`, once. Pure. */
export function openaiBaseUrl(connection: Connection): string {
  return versionedBaseUrl(connection, 'openai')
}
