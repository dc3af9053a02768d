import type { Connection, Detection, FileExpectation, Host, JsonEdit, Plan } from '@gate/core'
import { configuration } from './configuration.js'
import { CLIENT_ID, wantsManaged } from './options.js'
import { dataDirectories, modeFile, selectorFile } from './paths.js'

/**
 * The id of gate's configuration in the library. It never changes and is never read from a file, so that nothing that
 * stands in `_meta.json` can become a part of a path. 36 characters of `a-f0-9-` are what the app accepts.
 */
export const CONFIGURATION_ID = '67617465-636c-4175-a465-6465736b746f'

/**
 * What makes Claude Desktop use a connection, in the order in which it may be seen: the configuration, then the selector
 * that names it, then the mode that makes the app look at the selector. The helper that the configuration names is there
 * before, and stays as long as any client uses it. Pure.
 *
 * @throws GateError `invalid-config`, see {@link configuration} and {@link wantsManaged}.
 */
export function plan(host: Host, connection: Connection, detection: Detection): Plan {
  wantsManaged(host, connection)
  const { libraries, modes } = dataDirectories(host, detection)
  const selectors = libraries.map((library) => selectorFile(host, library))
  const values = Object.entries(configuration(host, connection))
  return {
    clientId: CLIENT_ID,
    edits: [
      ...libraries.flatMap((library) => {
        const file = host.path.join(library, 'configLibrary', `${CONFIGURATION_ID}.json`)
        return values.map(([key, value]) => edit(file, [key], value))
      }),
      ...selectors.flatMap(selection),
      ...modes.map((directory) => edit(modeFile(host, directory), ['deploymentMode'], '3p')),
    ],
    expectations: selectors.map(
      (file): FileExpectation => ({ file, kind: 'json', path: ['entries'], types: ['array'] }),
    ),
  }
}

/** Undone from the end, so that the entry is gone when it is asked whether the previous selection still has one. */
function selection(file: string): JsonEdit[] {
  const applied = edit(file, ['appliedId'], CONFIGURATION_ID)
  const entry = { id: CONFIGURATION_ID, name: 'gate' }
  return [
    { ...applied, names: { array: ['entries'], key: 'id' } },
    edit(file, ['entries', { where: 'id', equals: CONFIGURATION_ID }], entry),
  ]
}

/** The app reads its files with `JSON.parse`, which knows no comments. */
function edit(file: string, path: JsonEdit['path'], value: JsonEdit['value']): JsonEdit {
  return { kind: 'json', dialect: 'strict', file, path, value }
}
