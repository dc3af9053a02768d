import { advice, GateError, gatePaths, type Host, undoFile } from '@gate/core'
import { installing } from '../setup/known-clients.js'

/** Ids of the clients whose plugin has something to undo that no receipt holds, see {@link undoFile}. */
export async function clientsLeftToUndo(host: Host): Promise<string[]> {
  const found: string[] = []
  for (const id of await host.fs.readdir(gatePaths(host).clients).catch((): string[] => [])) {
    if (await isLeftToUndo(host, id)) found.push(id)
  }
  return found.sort()
}

/** Whether a client's plugin has something to undo that no receipt holds. */
export async function isLeftToUndo(host: Host, id: string): Promise<boolean> {
  return host.fs.stat(undoFile(host, id)).then(
    () => true,
    () => false,
  )
}

/** The error for a client of which only the receipt could be undone, because its plugin cannot be used. */
export async function undoneInPart(host: Host, id: string, because: GateError): Promise<GateError> {
  const file = undoFile(host, id)
  return new GateError({
    code: because.code,
    message: `More was changed than the receipt says, and only the plugin can undo it by ${file}: ${because.message}`,
    file,
    fix: advice('{0}, then {1}', await installing(host, id), { action: 'teardown', client: id }),
    cause: because,
  })
}
