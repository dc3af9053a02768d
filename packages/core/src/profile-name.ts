import { advice } from './contract/action.js'
import { GateError } from './errors/gate-error.js'

const PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/
// Profile names become file names, and Windows opens devices for these whatever their extension.
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/

/** Whether a text may name a profile: it becomes part of file names, so nothing that leaves a directory. */
export function isProfileName(name: string): boolean {
  return PATTERN.test(name) && !WINDOWS_DEVICE.test(name) && !name.endsWith('.')
}

/** @throws GateError `invalid-argument` when the text may not name a profile. */
export function checkProfileName(name: string): string {
  if (isProfileName(name)) return name
  throw new GateError({
    code: 'invalid-argument',
    message: `${JSON.stringify(name.slice(0, 80))} is not a profile name.`,
    fix: advice('Use 1 to 64 lower-case letters, digits, ".", "_" and "-", beginning with a letter or digit.'),
  })
}
