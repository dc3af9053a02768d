import type { LoginMethod } from '@gate/sdk'

/** How to sign in, from the flags of a command. */
export function loginMethod(flags: { readonly device: boolean; readonly 'skip-browser': boolean }): LoginMethod {
  if (flags.device) return 'device'
  return flags['skip-browser'] ? 'print-url' : 'browser'
}
