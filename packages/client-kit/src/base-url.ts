import type { Connection } from '@gate/core'

/** A path prefix of a {@link Connection}. */
type Prefix = keyof Connection['paths']

/** The URL that a client appends `/v1/…` to: without slashes and `/v1` at its end. Pure. */
export function baseUrl({ gatewayUrl, paths }: Connection, prefix: Prefix): string {
  return (gatewayUrl + paths[prefix]).replace(/\/+$/, '').replace(/\/v1$/, '')
}

/** The URL that a client appends the protocol's own path to: with `/v1` at its end, once. Pure. */
export function versionedBaseUrl(connection: Connection, prefix: Prefix): string {
  return `${baseUrl(connection, prefix)}/v1`
}
