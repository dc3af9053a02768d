import type { Host } from '@gate/core'
import { type RootDocument, readRootDocument } from './root/root-trust.js'

/** The administrator's file on Linux; `ignored`: the app passes it over, and says nothing about it. */
export type ManagedFile = { readonly location: string } & (
  | Exclude<RootDocument, { state: 'parsed' }>
  | { readonly state: 'parsed'; readonly keys: readonly string[] }
)

const LOCATION = '/etc/claude-desktop/managed-settings.json'

/** Keys about the document itself. */
const ABOUT_DOCUMENT = ['$schema', '$schemaVersion']

/**
 * Reads `/etc/claude-desktop/managed-settings.json` as the app does: the file and its directory must belong to root, be no
 * links, be writable for nobody else, and be readable for the user; otherwise the app ignores it.
 */
export async function readManagedFile(host: Host): Promise<ManagedFile> {
  const read = await readRootDocument(host, LOCATION)
  if (read.state !== 'parsed') return { location: LOCATION, ...read }
  const keys = Object.keys(read.value).filter((key) => !ABOUT_DOCUMENT.includes(key))
  return { location: LOCATION, state: 'parsed', keys }
}
