import { gatePaths, type Host, isLoginWait } from '@gate/core'
import { isClientId, packageSpec } from '../plugins/plugin-name.js'
import type { ConnectionFacts } from './connection-changes.js'

/**
 * What setup remembers about a client: of its plugin for the helper, which loads none, and for when it is gone; and the
 * connection, so that a drift can be told by its cause.
 */
export interface ClientRecord {
  /** Name of its npm package. */
  readonly package?: string
  /** @see ClientPlugin.loginWaitSeconds */
  readonly loginWaitSeconds?: number
  /** What it was set up with. */
  readonly connection?: ConnectionFacts
}

/**
 * Remembers the plugin that a client was set up with. One file per client, so that two gates never write the same one
 * for different clients; equal content is not rewritten.
 *
 * @throws GateError `disk-full`, `file-read-only`, `io-failed`.
 */
export async function rememberClient(host: Host, id: string, record: ClientRecord): Promise<void> {
  const text = `${JSON.stringify(record)}\n`
  const file = recordFile(host, id)
  if (text === (await host.fs.readFile(file, 'utf8').catch(() => ''))) return
  const { atomicWrite } = await import('@gate/engine')
  await atomicWrite(host, file, text)
}

/** What of that can be used. */
export async function recallClient(host: Host, id: string): Promise<ClientRecord> {
  // It may come from the command line, and becomes a part of a path.
  if (!isClientId(id)) return {}
  try {
    const value = JSON.parse(await host.fs.readFile(recordFile(host, id), 'utf8')) as Partial<ClientRecord>
    const { package: name, loginWaitSeconds, connection } = value
    return {
      ...(typeof name === 'string' && packageSpec(name)?.name === name ? { package: name } : {}),
      ...(isLoginWait(loginWaitSeconds) ? { loginWaitSeconds } : {}),
      ...(areFacts(connection) ? { connection } : {}),
    }
  } catch {
    return {}
  }
}

/** Forgets the plugin of a client that was undone, and the directory when nothing else is in it. Never throws. */
export async function forgetClient(host: Host, id: string): Promise<void> {
  const file = recordFile(host, id)
  await host.fs.rm(file, { force: true }).catch(() => {})
  await host.fs.rmdir(host.path.dirname(file)).catch(() => {})
}

function areFacts(value: unknown): value is ConnectionFacts {
  return typeof value === 'object' && value !== null && Object.values(value).every((fact) => typeof fact === 'string')
}

function recordFile(host: Host, id: string): string {
  return host.path.join(gatePaths(host).clients, id, 'plugin.json')
}
