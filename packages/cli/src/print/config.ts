import { type ConfigShown, configKey, type ResetResult, SINGLE_KEY_NAMES } from '@gate/sdk'
import { noteText } from './finding.js'
import { forPeople } from './for-people.js'
import { table } from './table.js'
import { purgedJson, teardownJson, teardownText } from './teardown.js'

/**
 * The answer of `config show --json`: `{schemaVersion, profile, file, configured, problems, gatewayUrl, anthropicPath,
 * openaiPath, auth, models, headers, caFile, options, secretStore, plugins, shimFastPath, clients: [{id, profile,
 * files}]}`. A setting that is not saved is null; `auth` has the fields of its kind as they are saved, without defaults.
 */
export function configJson(shown: ConfigShown) {
  const { settings } = shown
  return {
    profile: shown.profile,
    file: shown.file,
    configured: shown.configured,
    problems: shown.problems,
    gatewayUrl: settings.gatewayUrl ?? null,
    anthropicPath: settings.anthropicPath ?? null,
    openaiPath: settings.openaiPath ?? null,
    auth: settings.auth ?? null,
    models: settings.models ?? null,
    headers: settings.headers ?? null,
    caFile: settings.caFile ?? null,
    options: settings.options ?? null,
    secretStore: shown.secretStore ?? null,
    plugins: shown.plugins,
    shimFastPath: shown.shimFastPath ?? null,
    clients: shown.clients,
  }
}

/** What `config show` says to people: the settings that are saved, under the names that `config set` takes. */
export const configText = forPeople((shown: ConfigShown): string => {
  const config = {
    version: 1 as const,
    activeProfile: shown.profile,
    profiles: {},
    ...(shown.secretStore === undefined ? {} : { secretStore: shown.secretStore }),
    ...(shown.plugins.length === 0 ? {} : { plugins: [...shown.plugins] }),
    ...(shown.shimFastPath === undefined ? {} : { shimFastPath: shown.shimFastPath }),
  }
  const rows = SINGLE_KEY_NAMES.map((name) => [name, configKey(name).read(config, shown.settings)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, valueText(value).trimEnd() || '(none)'])
  for (const [name, value] of Object.entries(shown.settings.headers ?? {})) rows.push([`headers.${name}`, value])
  for (const [client, options] of Object.entries(shown.settings.options ?? {})) {
    for (const [name, value] of Object.entries(options)) rows.push([`options.${client}.${name}`, value])
  }
  for (const client of shown.clients) rows.push([client.id, client.files.join(', ')])
  const state = shown.configured ? '' : `Profile "${shown.profile}" is not configured: ${shown.problems.join('; ')}.\n`
  return `${state}${table(rows)}`
})

/** One setting as text: lists with commas, an empty path as an empty line, nothing when it is not set. */
export const valueText = forPeople((value: unknown): string => {
  if (value === undefined) return ''
  return `${Array.isArray(value) ? value.join(',') : String(value)}\n`
})

/** The answer of `config reset --json`. */
export function resetJson(result: ResetResult) {
  return {
    teardown: result.teardown === undefined ? null : teardownJson(result.teardown),
    signedOut: purgedJson(result.signedOut),
  }
}

/** What `config reset` says to people. */
export const resetText = forPeople((result: ResetResult): string => {
  const undone = result.teardown === undefined ? '' : teardownText(result.teardown)
  const notes = result.signedOut.notes.map((note) => `${noteText(note)}\n`).join('')
  return `${undone}${notes}The configuration is empty now.\n`
})
