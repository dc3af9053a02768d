import { readPropertyList, readRegistryKey } from '@gate/client-kit'
import type { Host } from '@gate/core'
import { managedLocations } from './managed/location.js'
import { ownRecord } from './managed/own-record.js'
import { type ManagedFile, readManagedFile } from './managed-file.js'
import { hasKeys } from './property-list/property-list-keys.js'

/** A place where administrators configure Claude Desktop. */
export interface ManagedSource {
  /** Its file or registry key. */
  readonly location: string
  /**
   * `takes-over`: the app does not look at the user's library at all. `behaviour`: only keys that leave the library in
   * force. `unreadable`: gate cannot read it and must take it for the former. `ignored`: the app itself passes it over.
   */
  readonly state: 'takes-over' | 'behaviour' | 'unreadable' | 'ignored'
  /** A key that takes over, or why the source is ignored. */
  readonly detail?: string
}

/** The keys that leave the user's library in force (since 1.19367; before, three of them did). */
const BEHAVIOUR_KEYS: readonly string[] = [
  'autoUpdaterEnforcementHours',
  'configRecheckIntervalMinutes',
  'disableAutoUpdates',
  'egressProxyPacUrl',
  'egressProxyUrl',
  'relaunchEnforcementHours',
  'updateViaUpdatesHost',
]
const REGISTRY_KEY = 'SOFTWARE\\Policies\\Claude'
/** The only types of values that the app sees. */
const SEEN_TYPES = ['REG_SZ', 'REG_EXPAND_SZ', 'REG_DWORD']

/** Every managed source that is there, strongest first. Reads names of keys, no values. */
export async function readManagedSources(host: Host): Promise<readonly ManagedSource[]> {
  switch (host.platform) {
    case 'darwin':
      return readProfiles(host)
    case 'win32':
      return readPolicies(host)
    case 'linux':
      return sourceOfFile(await readManagedFile(host))
  }
}

/** The first source that keeps the app from looking at the user's library. */
export function takeover(sources: readonly ManagedSource[]): ManagedSource | undefined {
  return sources.find(({ state }) => state === 'takes-over' || state === 'unreadable')
}

/** Files by path: user defaults are not read. The user's keys are put over the machine's. */
async function readProfiles(host: Host): Promise<ManagedSource[]> {
  const own = await ownRecord(host)
  const { user, machine } = managedLocations(host)
  const found: ManagedSource[] = []
  for (const location of [user, machine]) {
    const list = await readPropertyList(host, location)
    if (list.state === 'unreadable') found.push({ location, state: 'unreadable' })
    // The envelope of a profile is no configuration.
    if (list.state === 'parsed') {
      found.push(...judged(location, foreignKeys(list.values, location === own?.location ? own.values : {})))
    }
  }
  return found
}

/** Gate's own keys are nobody else's decision, and what was added beside all of them does not put them out of force. */
function foreignKeys(list: Readonly<Record<string, unknown>>, own: Readonly<Record<string, string>>): string[] {
  if (Object.keys(own).length > 0 && hasKeys(list, own)) return []
  return Object.keys(list).filter(
    (key) => !/^Payload[A-Z]/.test(key) && !(Object.hasOwn(own, key) && own[key] === list[key]),
  )
}

/** The hives are not merged: anything that the app sees in the machine's switches the user's off, even an empty text. */
async function readPolicies(host: Host): Promise<ManagedSource[]> {
  for (const hive of ['HKLM', 'HKCU']) {
    const location = `${hive}\\${REGISTRY_KEY}`
    const key = await readRegistryKey(host, location)
    if (key.state === 'unreadable') return [{ location, state: 'unreadable' }]
    const seen = key.state === 'present' ? key.values.filter(({ type }) => SEEN_TYPES.includes(type)) : []
    if (seen.length > 0)
      return judged(
        location,
        seen.map(({ name }) => name),
      )
  }
  return []
}

function sourceOfFile(file: ManagedFile): ManagedSource[] {
  switch (file.state) {
    case 'absent':
      return []
    case 'ignored':
      return [{ location: file.location, state: 'ignored', detail: file.why }]
    case 'unreadable':
      return [{ location: file.location, state: 'unreadable' }]
    case 'parsed':
      return judged(file.location, file.keys)
  }
}

function judged(location: string, keys: readonly string[]): ManagedSource[] {
  const other = keys.find((key) => !BEHAVIOUR_KEYS.includes(key))
  if (other !== undefined) return [{ location, state: 'takes-over', detail: other }]
  return keys.length > 0 ? [{ location, state: 'behaviour' }] : []
}
