import { compareVersions } from './compare-versions.js'
import { advice } from './contract/action.js'
import type { ClientDefinition } from './contract/client-plugin.js'
import type { Detection } from './contract/detection.js'
import type { Finding } from './contract/finding.js'

/** Why the installed version of a client cannot work with what gate writes; `undefined` when it can, or is unknown. Pure. */
export function tooOld(
  { displayName, versions }: Pick<ClientDefinition, 'displayName' | 'versions'>,
  { installed, version, location }: Detection,
): Finding | undefined {
  if (!installed || versions === undefined || version === undefined) return undefined
  if (compareVersions(version, versions.oldest) >= 0) return undefined
  return {
    code: 'client-too-old',
    severity: 'error',
    message: `${displayName} ${version} cannot use what gate writes; ${versions.oldest} is the oldest version that can.`,
    ...(location === undefined ? {} : { place: { file: location } }),
    fix: advice(`Update ${displayName}.`),
  }
}
