import type { Connection, Detection, FileExpectation, Host, JsonEdit, OwnMark, Plan } from '@gate/core'
import { configuration } from './configuration.js'
import { documentFiles } from './documents.js'
import { CLIENT_ID, wantsManaged } from './options.js'
import { dataDirectories, modeFile, selectorFile } from './paths.js'

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
  const documents = detection.places?.documents ?? documentFiles(host, libraries)
  const id = host.path.basename(documents[0] ?? '', '.json')
  return {
    clientId: CLIENT_ID,
    edits: [
      ...documents.flatMap((file) => values.map(([key, value]) => edit(file, [key], value, documentMark(key)))),
      ...selectors.flatMap((file) => selection(file, id)),
      ...modes.map((directory) => edit(modeFile(host, directory), ['deploymentMode'], '3p', { proofs: [] })),
    ],
    expectations: selectors.map(
      (file): FileExpectation => ({ file, kind: 'json', path: ['entries'], types: ['array'] }),
    ),
  }
}

/** The file is gate's by its name, and the app writes no display name into it. */
function documentMark(key: string): OwnMark {
  if (key === 'deploymentDisplayName') return { proofs: [{ like: 'gate' }] }
  return { proofs: ['helper'], beside: { with: ['deploymentDisplayName'] } }
}

/** Undone from the end, so that the entry is gone when it is asked whether the previous selection still has one. */
function selection(file: string, id: string): JsonEdit[] {
  const applied = edit(file, ['appliedId'], id, { proofs: [{ like: id }] })
  const entry = { id, name: 'gate' }
  return [
    { ...applied, names: { array: ['entries'], key: 'id' } },
    edit(file, ['entries', { where: 'id', equals: id }], entry, {
      proofs: [{ like: { id } }],
      beside: { with: ['appliedId'] },
    }),
  ]
}

/** The app reads its files with `JSON.parse`, which knows no comments. */
function edit(file: string, path: JsonEdit['path'], value: JsonEdit['value'], own: OwnMark): JsonEdit {
  return { kind: 'json', dialect: 'strict', file, path, value, own }
}
