import type { Connection, Host } from '@gate/core'
import { configuration } from '../configuration.js'

/**
 * The configuration as a managed property list says it: every value is a text, lists and objects as JSON. Native lists
 * and dictionaries are the mistake that the app's documentation warns of. Pure.
 *
 * @param organization `deploymentOrganizationUuid`.
 * @throws GateError `invalid-config`, see {@link configuration}.
 */
export function managedValues(
  host: Host,
  connection: Connection,
  organization: string,
): Readonly<Record<string, string>> {
  const values = Object.entries({ ...configuration(host, connection), deploymentOrganizationUuid: organization })
  return Object.fromEntries(
    values.map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

/** Every key that {@link managedValues} may give. */
const KEYS: readonly string[] = [
  'inferenceProvider',
  'inferenceGatewayBaseUrl',
  'inferenceGatewayAuthScheme',
  'inferenceCredentialKind',
  'inferenceGatewayApiKey',
  'inferenceCredentialHelper',
  'inferenceCredentialHelperTtlSec',
  'inferenceCredentialHelperTimeoutSec',
  'inferenceGatewayOidc',
  'inferenceCustomHeaders',
  'deploymentDisplayName',
  'chatTabEnabled',
  'inferenceModels',
  'deploymentOrganizationUuid',
]

/** Whether a key of a managed property list is one that gate writes. Pure. */
export function isManagedKey(key: string): boolean {
  return KEYS.includes(key)
}
