import { type Action, advice, GateError, type Host } from '@gate/core'
import { ownPackage } from '../plugins/official-clients.js'
import { recallClient } from './client-record.js'

/** The error for a client that was named but that no installed plugin knows. */
export async function unknownClient(host: Host, id: string, known: readonly string[]): Promise<GateError> {
  const installable = await packageOf(host, id)
  return new GateError({
    code: 'unknown-client',
    message:
      installable === undefined
        ? `there is no client "${id}"${known.length === 0 ? '; no client plugin is installed' : `; known are ${known.join(', ')}`}`
        : `the plugin for "${id}" is not installed`,
    fix:
      installable === undefined
        ? advice('Plugins are npm packages named gate-client-<id>', {
            action: 'add-plugin',
            package: `gate-client-${id}`,
          })
        : { action: 'add-plugin', package: installable },
  })
}

/** Returns how to install the plugin of a client: the one that it was set up with, else ours, else what its name would be. */
export async function installing(host: Host, id: string): Promise<Action> {
  return { action: 'add-plugin', package: (await packageOf(host, id)) ?? `gate-client-${id}` }
}

async function packageOf(host: Host, id: string): Promise<string | undefined> {
  return (await recallClient(host, id)).package ?? ownPackage(id)
}
