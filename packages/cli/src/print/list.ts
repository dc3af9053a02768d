import type { ListedClient, ListResult } from '@gate/sdk'
import { actionText } from './action.js'
import { findingJson } from './finding.js'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'
import { table } from './table.js'

/** The answer of `list --json`. */
export function listJson(result: ListResult) {
  return {
    clients: result.clients.map((client) => ({
      id: client.id,
      displayName: client.displayName,
      installed: client.installed,
      configured: client.configured,
      plugin: client.plugin ?? null,
      error: client.error === undefined ? null : findingJson(client.error),
    })),
  }
}

/** What `list` says to people. */
export const listText = forPeople((result: ListResult): string => {
  if (result.clients.length === 0) {
    return 'No client plugin is installed. Install one: gate plugins add @gate/client-codex\n'
  }
  const rows = result.clients.map((client) => [
    client.id,
    client.displayName,
    stateText(client),
    client.plugin === undefined
      ? paint('yellow', 'no plugin')
      : `${client.plugin.package} ${client.plugin.version ?? '?'}`,
    client.plugin === undefined || client.plugin.apiVersion === null ? '' : `API ${client.plugin.apiVersion}`,
    client.plugin === undefined ? '' : paint('dim', client.plugin.directory),
  ])
  const problems = result.clients.flatMap(({ error }) =>
    error === undefined
      ? []
      : [`${paint('red', '✗')} ${error.message}`, ...(error.fix === undefined ? [] : [`    ${actionText(error.fix)}`])],
  )
  return [table(rows), ...problems.map((line) => `${line}\n`)].join('')
})

function stateText(client: ListedClient): string {
  if (client.error) return paint('red', 'plugin problem')
  if (client.configured) return paint('green', 'configured')
  if (client.installed === null) return 'unknown'
  return client.installed ? 'installed' : paint('dim', 'not installed')
}
