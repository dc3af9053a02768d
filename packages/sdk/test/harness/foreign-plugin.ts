import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Installs a third-party plugin as a directory named in the configuration.
 *
 * @param body Its module.
 * @param gate More of the field `gate` of its package.json.
 * @param manifest More of its package.json.
 */
export async function installPlugin(
  root: string,
  id: string,
  body: string,
  gate: object = {},
  manifest: object = {},
): Promise<string> {
  const directory = join(root, `gate-client-${id}`)
  await mkdir(directory, { recursive: true })
  const fields = {
    name: `gate-client-${id}`,
    version: '9.9.9',
    type: 'module',
    gate: { client: './index.js', apiVersion: 1, id, ...gate },
    ...manifest,
  }
  await writeFile(join(directory, 'package.json'), JSON.stringify(fields))
  await writeFile(join(directory, 'index.js'), body)
  return directory
}

/** Module text of a plugin that implements the four verbs itself; `verbs` replaces some of them. */
export function pluginModule(id: string, verbs: Readonly<Record<string, string>> = {}, before = ''): string {
  const parts = {
    detect: `async () => ({ installed: true, version: '1', evidence: [] })`,
    configure: `async () => ({ result: 'configured', edits: [], changes: [], notes: [], clientNotes: [] })`,
    revert: `async () => ({ result: 'nothing-to-do', edits: [], changes: [], notes: [], clientNotes: [] })`,
    status: `async () => ({ id: '${id}', displayName: 'Foreign ${id}', state: 'connected', files: [], reasons: [], overrides: [], notes: [] })`,
    ...verbs,
  }
  const fields = Object.entries(parts).map(([name, text]) => `  ${name}: ${text},`)
  return [
    before,
    'export default {',
    `  apiVersion: 1, id: '${id}', displayName: 'Foreign ${id}',`,
    ...fields,
    '}',
    '',
  ].join('\n')
}
