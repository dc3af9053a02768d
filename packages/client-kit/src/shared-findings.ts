import type { Connection, Finding, Override } from '@gate/core'

/** The row of a proxy that stands between a client and a plain http gateway on this machine. Pure. */
export function proxyOverride(place: Pick<Override, 'source' | 'location'>, gateway: URL): Override {
  const effect = `Requests and gate's token go to a proxy, unencrypted; add ${gateway.hostname} to NO_PROXY.`
  return { ...place, displaces: 'endpoint', effect, severity: 'override' }
}

/** The row of a program that a client runs inside itself. What it does is not to be seen from outside. Pure. */
export function programOverride(client: string, place: Pick<Override, 'source' | 'location'>): Override {
  const effect = `${client} runs it without asking. It may change everything and use gate's token; gate cannot see what it does.`
  return { ...place, displaces: 'unknown', effect, severity: 'info' }
}

/** The note for a client that takes the connection's CA file from a variable alone. Pure. */
export function caFileNotes({ caFile }: Connection, client: string, variable: string): readonly Finding[] {
  if (caFile === undefined) return []
  const message = `${client} reads CA files from its environment only: set ${variable}=${caFile} where you start it.`
  return [{ code: 'ca-file-environment', severity: 'info', message }]
}
