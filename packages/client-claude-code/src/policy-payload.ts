import { type Host, isTable, type Table } from '@gate/core'

/** What an administrator's `policyHelper` or `policyHelpers` adds to the managed settings of this machine. */
export interface PolicyHelp {
  /** Key of the static settings below the document, and the settings. */
  readonly payload?: { readonly key: string; readonly settings: Table; readonly isMerged: boolean }
  /** Key of a program that computes settings, which gate neither runs nor sees. */
  readonly program?: string
}

const SYSTEMS = { linux: 'linux', darwin: 'macos', win32: 'windows' } as const

/**
 * Reads the two keys of a managed document as 2.1.332 does: the entry of this system, else `default`; its
 * `defaultSettings` take the place of all managed settings, or are laid over them with `outputBehavior: "merge"`. Pure.
 */
export function policyHelp(platform: Host['platform'], settings: Table, knowsHelpers: boolean): PolicyHelp {
  const single = settings.policyHelper
  const program = isTable(single) && single.path !== null ? { program: 'policyHelper' } : {}
  const helpers = settings.policyHelpers
  if (!knowsHelpers || !isTable(helpers)) return program
  const system = SYSTEMS[platform]
  const entry = helpers[system]
  if (!isTable(entry)) {
    const payload = helpers.default
    if (!isTable(payload)) return program
    return { ...program, payload: { key: 'policyHelpers.default', settings: payload, isMerged: false } }
  }
  const computes = entry.path !== undefined || entry.script !== undefined
  const payload = entry.defaultSettings
  return {
    ...program,
    ...(computes ? { program: `policyHelpers.${system}` } : {}),
    ...(isTable(payload)
      ? {
          payload: {
            key: `policyHelpers.${system}.defaultSettings`,
            settings: payload,
            isMerged: entry.outputBehavior === 'merge',
          },
        }
      : {}),
  }
}
