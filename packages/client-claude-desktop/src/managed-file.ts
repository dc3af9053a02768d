import type { Host } from '@gate/core'
import { rootTrustProblem } from '@gate/core/machine'

/** The administrator's file on Linux. */
export type ManagedFile = { readonly location: string } & (
  | { readonly state: 'absent' }
  /** The app passes it over, and says nothing about it. */
  | { readonly state: 'ignored'; readonly why: string }
  | { readonly state: 'unreadable' }
  | { readonly state: 'parsed'; readonly keys: readonly string[] }
)

const DIRECTORY = '/etc/claude-desktop'
const LOCATION = `${DIRECTORY}/managed-settings.json`

/** Keys about the document itself. */
const ABOUT_DOCUMENT = ['$schema', '$schemaVersion']

/**
 * Reads `/etc/claude-desktop/managed-settings.json` as the app does: the file and its directory must belong to root, be no
 * links, be writable for nobody else, and be readable for the user; otherwise the app ignores it.
 */
export async function readManagedFile(host: Host): Promise<ManagedFile> {
  for (const path of [DIRECTORY, LOCATION]) {
    const problem = await rootTrustProblem(host, path)
    if (problem === 'absent') return { location: LOCATION, state: 'absent' }
    if (problem !== undefined) return { location: LOCATION, state: 'ignored', why: `${path} ${problem}` }
  }
  try {
    const value: unknown = JSON.parse(await host.fs.readFile(LOCATION, 'utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object')
    const keys = Object.keys(value).filter((key) => !ABOUT_DOCUMENT.includes(key))
    return { location: LOCATION, state: 'parsed', keys }
  } catch (error) {
    const forbidden = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
    if (forbidden) return { location: LOCATION, state: 'ignored', why: `${LOCATION} must not be read by this user` }
    return { location: LOCATION, state: 'unreadable' }
  }
}
