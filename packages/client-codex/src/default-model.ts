import type { Connection } from '@gate/core'

/**
 * The model that Codex is told to use: the first of the connection that is not one of Anthropic's, which a list for all
 * clients names by their tier. None: the user's choice or Codex's own default stays. Pure.
 */
export function defaultModel(connection: Connection): string | undefined {
  return connection.models.find(({ id, tier }) => tier === undefined && !/claude/i.test(id))?.id
}
