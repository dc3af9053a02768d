import { createHash } from 'node:crypto'
import type { Connection } from '@gate/core'

/** The settings that a client was set up with, by the names of `gate config`; texts of which secrets cannot be read. */
export type ConnectionFacts = Readonly<Record<string, string>>

/** What of a connection a client is told. Headers may hold keys, so only a digest of them is kept. Pure. */
export function connectionFacts(connection: Connection): ConnectionFacts {
  const { gatewayUrl, paths, auth, models, headers, caFile, options } = connection
  return {
    'gateway-url': gatewayUrl,
    'anthropic-path': paths.anthropic,
    'openai-path': paths.openai,
    auth: auth.kind,
    models: JSON.stringify(models),
    headers: Object.keys(headers).length === 0 ? '' : digest(headers),
    'ca-file': caFile ?? '',
    options: options === undefined ? '' : JSON.stringify(options),
  }
}

/** Names of the settings that differ. Pure. */
export function changedFacts(before: ConnectionFacts, now: ConnectionFacts): string[] {
  return Object.keys(now).filter((name) => before[name] !== undefined && before[name] !== now[name])
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url')
}
