import type { AddedPlugin, CreatedPlugin, PluginEntry, PluginsList, RemovedPlugin } from '@gate/sdk'
import { actionText } from './action.js'
import { findingJson } from './finding.js'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'
import { table } from './table.js'
import { teardownJson, teardownText } from './teardown.js'

/** The answer of `plugins list --json`. */
export function pluginsJson({ plugins, searched }: PluginsList) {
  return {
    plugins: plugins.map(({ error, ...plugin }) => ({
      ...plugin,
      error: error === undefined ? null : findingJson(error),
    })),
    searched,
  }
}

/** What `plugins list` says to people. */
export const pluginsText = forPeople(({ plugins, searched }: PluginsList): string => {
  if (plugins.length === 0) {
    const places = searched.map((root) => `  ${root}\n`).join('')
    return `No client plugin is installed. Install one: gate plugins add @gate/client-codex\nLooked in:\n${places}`
  }
  const rows = plugins.map((plugin) => [
    `${plugin.package} ${plugin.version ?? '?'}`,
    plugin.client,
    plugin.apiVersion === null ? 'no API version' : `API ${plugin.apiVersion}`,
    plugin.error === undefined ? paint('green', 'loads') : paint('red', 'does not load'),
    fromText(plugin),
    paint('dim', plugin.directory),
  ])
  const problems = plugins.flatMap(({ error }) =>
    error === undefined
      ? []
      : [`${paint('red', '✗')} ${error.message}`, ...(error.fix === undefined ? [] : [`    ${actionText(error.fix)}`])],
  )
  return [table(rows), ...problems.map((line) => `${line}\n`)].join('')
})

/** What `plugins add` says to people. */
export const addedText = forPeople((added: AddedPlugin): string => {
  const where =
    added.result === 'recorded'
      ? `is used from ${added.directory}`
      : `is installed${added.installedBy === null ? '' : ` with ${added.installedBy}`}`
  const name = `${added.package} ${added.version ?? ''}`.trim()
  return `${paint('green', '✓')} ${name} ${where}.\nSet up ${added.displayName}: gate setup --client ${added.client}\n`
})

/** The answer of `plugins remove --json`. */
export function removedJson({ teardown, ...removed }: RemovedPlugin) {
  return { ...removed, teardown: teardown === undefined ? null : teardownJson(teardown) }
}

/** What `plugins remove` says to people. */
export const removedText = forPeople((removed: RemovedPlugin): string => {
  const undone = removed.teardown === undefined ? '' : teardownText(removed.teardown)
  const left = removed.stillAt === null ? '' : `Another copy of it is found in ${removed.stillAt}.\n`
  return `${undone}${paint('green', '✓')} ${removed.package} was ${removed.result}.\n${left}`
})

/** What `plugins create` says to people. */
export const createdText = forPeople((created: CreatedPlugin): string => {
  const name = created.directory.split(/[/\\]/).at(-1)
  const files = created.files.map((file) => `  ${file}\n`).join('')
  return `${paint('green', '✓')} ${created.package} in ${created.directory}:\n${files}Next: cd ${name} && npm install && npm test\n`
})

function fromText(plugin: PluginEntry): string {
  if (plugin.source === 'config') return 'configuration'
  return plugin.installedBy ?? 'installed'
}
