// Shared with the lean token command: node:fs only.
import { closeSync, constants, openSync } from 'node:fs'

/** `<profile>@<client>`, in the directory of cached tokens; undefined for what is no id of a client. Pure. */
export function askedMarkName(profile: string, clientId: string): string | undefined {
  return /^[a-z0-9-]{1,64}$/.test(clientId) ? `${profile}@${clientId}` : undefined
}

/** Whose token it is. */
export interface Asker {
  /** Where cached tokens are. */
  readonly directory: string
  readonly profile: string
  /** As given with `--client`; undefined when nobody says. */
  readonly clientId: string | undefined
}

/**
 * Leaves a sign of life of a client that was given a token, as the shim does: an empty file whose time says when. Follows no
 * link, waits for no FIFO, and never throws, because the token is what counts.
 */
export function markAsked({ directory, profile, clientId }: Asker): void {
  const name = clientId === undefined ? undefined : askedMarkName(profile, clientId)
  if (name === undefined) return
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants
  try {
    closeSync(openSync(`${directory}/${name}`, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600))
  } catch {
    // A cache that cannot be written has no signs of life.
  }
}
