import { gatePaths, type Host } from '@gate/core'
import { CLIENT_ID } from '../options.js'
import type { WrittenKeys } from '../property-list/undo-record.js'

/**
 * `deploymentOrganizationUuid`. It never changes, because the app keeps its sessions under it: it is the one in the
 * property list, or the one that was there before teardown. Undefined before the first setup.
 */
export async function organizationOf(host: Host, written: WrittenKeys | undefined): Promise<string | undefined> {
  const organization = written?.values.deploymentOrganizationUuid ?? (await kept(host))
  return /^[0-9a-f-]{36}$/.test(organization) ? organization : undefined
}

/** The one to start with. Without `node:crypto`, which a look at the status would load with the plugin. */
export function newOrganization(): string {
  return crypto.randomUUID()
}

/** Keeps the one of a property list for the time after it, beside the undo record. */
export async function keepOrganization(host: Host, { values }: WrittenKeys): Promise<void> {
  const { deploymentOrganizationUuid: organization = '' } = values
  if (organization === (await kept(host))) return
  await host.fs.writeFile(keptFile(host), organization, { mode: 0o600, flush: true })
}

function kept(host: Host): Promise<string> {
  return host.fs.readFile(keptFile(host), 'utf8').catch(() => '')
}

function keptFile(host: Host): string {
  return host.path.join(gatePaths(host).clients, CLIENT_ID, 'organization')
}
