import { compareVersions } from './compare-versions.js'
import type { ClientDefinition } from './contract/client-plugin.js'
import type { Detection, Reason } from './contract/findings.js'

/** Why the installed version of a client cannot work with what gate writes; `undefined` when it can, or is unknown. Pure. */
export function tooOld(
  { displayName, versions }: Pick<ClientDefinition, 'displayName' | 'versions'>,
  { installed, version, location }: Detection,
): Reason | undefined {
  if (!installed || versions === undefined || version === undefined) return undefined
  if (compareVersions(version, versions.oldest) >= 0) return undefined
  return {
    code: 'client-too-old',
    message: `${displayName} ${version} cannot use what gate writes; ${versions.oldest} is the oldest version that can.`,
    ...(location === undefined ? {} : { file: location }),
    fix: `Update ${displayName}.`,
  }
}
