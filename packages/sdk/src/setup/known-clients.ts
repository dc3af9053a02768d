import { GateError, type Host } from '@gate/core'
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
        ? `Plugins are npm packages named gate-client-<id>: gate plugins add gate-client-${id}`
        : `gate plugins add ${installable}`,
  })
}

/** How to install what a client needs: the plugin that it was set up with, else ours, else what its name would be. */
export async function installCommand(host: Host, id: string): Promise<string> {
  return `gate plugins add ${(await packageOf(host, id)) ?? `gate-client-${id}`}`
}

async function packageOf(host: Host, id: string): Promise<string | undefined> {
  return (await recallClient(host, id)).package ?? ownPackage(id)
}
