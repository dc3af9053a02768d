import { readPropertyList } from '@gate/client-kit'
import type { Action, Connection, Finding, Host } from '@gate/core'
import { CLIENT_ID, wantsManaged } from '../options.js'
import { hasKeys } from '../property-list/property-list-keys.js'
import { managedLocations } from './location.js'
import { organizationOf } from './organization.js'
import { ownRecord } from './own-record.js'
import { managedValues } from './values.js'

const SETUP: Action = { action: 'setup', client: CLIENT_ID }

/** How the managed property list differs from what was asked for. Reads only. */
export async function managedReasons(host: Host, connection: Connection | undefined): Promise<readonly Finding[]> {
  if (host.platform !== 'darwin') return []
  const applied = await ownRecord(host)
  const wanted = connection === undefined ? applied !== undefined : wantsManaged(host, connection)
  if (!wanted && !applied) return []
  const file = applied?.location ?? managedLocations(host).user
  if (!wanted) {
    const message = `${file} still holds gate's managed settings, which are not asked for any more.`
    return [{ code: 'managed-left', severity: 'error', message, place: { file }, fix: SETUP }]
  }
  if (!applied) {
    return [
      {
        code: 'managed-missing',
        severity: 'error',
        message: `${file} was not written yet.`,
        place: { file },
        fix: SETUP,
      },
    ]
  }
  const list = await readPropertyList(host, file)
  if (list.state === 'absent') {
    const message = `${file} is gone: macOS removes managed property lists that no configuration profile delivers. Claude Desktop uses the configuration in the user's library instead.`
    return [{ code: 'managed-removed', severity: 'error', message, place: { file }, fix: SETUP }]
  }
  if (list.state === 'unreadable')
    return [{ code: 'managed-unreadable', severity: 'error', message: `${file} cannot be read.`, place: { file } }]
  const values =
    connection === undefined
      ? applied.values
      : managedValues(host, connection, (await organizationOf(host, applied)) ?? '')
  const keys = Object.keys(values).filter((key) => !hasKeys(list.values, { [key]: values[key] ?? '' }))
  if (keys.length === 0) return []
  // Setup leaves alone what somebody else wrote there, so it is no help against that.
  const ours = keys.every((key) => !Object.hasOwn(list.values, key) || list.values[key] === applied.values[key])
  const message = `${keys.join(', ')} in ${file} ${ours ? 'differs' : 'was changed by an administrator'}.`
  return [{ code: 'managed-changed', severity: 'error', message, place: { file }, ...(ours ? { fix: SETUP } : {}) }]
}
