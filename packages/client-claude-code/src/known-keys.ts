import { compareVersions, type Expected, type FileExpectation, firstViolation, type Table } from '@gate/core'
import { SETTINGS_SHAPES } from './settings-shapes.js'

/** Shape checks of one settings file, as a version of Claude Code makes them; an unknown one is taken for the newest. Pure. */
export function settingsExpectations(file: string, version?: string): readonly FileExpectation[] {
  return expectedBy(version).map((expected) => ({ file, kind: 'json' as const, ...expected }))
}

/** Whether Claude Code drops a parsed settings file whole because of a known key of a wrong shape. Pure. */
export function isDropped(settings: Table, version?: string): boolean {
  return firstViolation(settings, expectedBy(version)) !== undefined
}

/**
 * Whether hooks that guard permissions cannot be read: managed settings are then refused as a whole, and Claude Code with
 * them (2.1.332). Pure.
 */
export function hasBrokenGuard(settings: Table, version?: string): boolean {
  return (
    firstViolation(
      settings,
      expectedBy(version).filter(({ path }) => path[0] === 'hooks'),
    ) !== undefined
  )
}

function expectedBy(version: string | undefined): readonly Expected[] {
  return SETTINGS_SHAPES.filter(
    ({ since }) => version === undefined || since === undefined || compareVersions(version, since) >= 0,
  ).map(({ since: _, ...expected }) => expected)
}
