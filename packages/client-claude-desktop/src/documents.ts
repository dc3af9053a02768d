import type { Action, ClientPlugin, Finding, Host } from '@gate/core'
import { CLIENT_ID } from './options.js'

/**
 * The id of gate's configuration in the library. It is never read from a file, so that nothing that stands in `_meta.json`
 * can become a part of a path. 36 characters of `a-f0-9-` are what the app accepts.
 */
export const CONFIGURATION_ID = '67617465-636c-4175-a465-6465736b746f'

/** The ids after it are for where a document of the former ones is not flat any more. */
const IDS = [...'f01234567'].map((end) => CONFIGURATION_ID.slice(0, -1) + end)

/** The document of a configuration in each library. Pure. */
export function documentFiles(host: Host, libraries: readonly string[], id = CONFIGURATION_ID): string[] {
  return libraries.map((library) => host.path.join(library, 'configLibrary', `${id}.json`))
}

/**
 * The documents to write: those in use, or else the first, unless one has the nested shape. Flat keys count for nothing
 * there, and one document is not to have both, so what the app wrote is left alone and others take its place.
 */
export async function documentsToWrite(host: Host, libraries: readonly string[]): Promise<readonly string[]> {
  const applied = await appliedFiles(host)
  const choices = IDS.map((id) => documentFiles(host, libraries, id))
  const inUse = choices.filter((files) => files.some((file) => applied.includes(file)))
  for (const files of [...inUse, ...choices]) {
    const nested = await Promise.all(files.map((file) => nestedDocument(host, file)))
    if (!nested.some((document) => document)) return files
  }
  return documentFiles(host, libraries)
}

/**
 * Tells of gate's documents in the nested shape, which the app exports and reads as well, in one reason instead of one for
 * each flat key and for the selection.
 */
export function withShapes(inner: ClientPlugin): ClientPlugin {
  return {
    ...inner,
    async status(host, connection) {
      const status = await inner.status(host, connection)
      // Where nothing is applied, and where nobody knows, there is no document of gate's to tell of.
      const nested = ['connected', 'overridden', 'drifted'].includes(status.state) ? await nestedReasons(host) : []
      if (nested.length === 0) return status
      const directories = nested.map(({ file }) => host.path.dirname(file))
      const others = status.reasons.filter(
        ({ code, place }) => !code.startsWith('drift-') || !directories.includes(host.path.dirname(place?.file ?? '')),
      )
      return { ...status, state: 'drifted', reasons: [...nested.map(({ reason }) => reason), ...others] }
    },
  }
}

async function nestedReasons(host: Host): Promise<{ readonly file: string; readonly reason: Finding }[]> {
  const found: { readonly file: string; readonly reason: Finding }[] = []
  for (const file of await appliedFiles(host)) {
    const document = await nestedDocument(host, file)
    if (!document) continue
    const url = String((document.inference as { baseUrl?: unknown } | undefined)?.baseUrl)
    const where = URL.canParse(url) ? new URL(url).origin : 'no gateway'
    const message = `${file} has the nested shape now ($schemaVersion 2), in which gate's keys count for nothing; it leads to ${where}. Setup leaves it as it is and writes another configuration.`
    const fix: Action = { action: 'setup', client: CLIENT_ID }
    found.push({ file, reason: { code: 'nested-configuration', severity: 'error', message, place: { file }, fix } })
  }
  return found
}

async function appliedFiles(host: Host): Promise<readonly string[]> {
  return (await host.engine.receipts()).find(({ clientId }) => clientId === CLIENT_ID)?.files ?? []
}

async function nestedDocument(host: Host, file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const read = await host.engine.readDocument(file, 'json')
  return read.state === 'parsed' && read.value.$schemaVersion === 2 ? read.value : undefined
}
