import { join } from 'node:path'
import { type Installation, installationOfSdk, packageDirectory } from '@gate/sdk'

/** Returns the installation of the command line, which has the code of `@gate/sdk` in its bundle. */
export function installation(): Installation {
  const base = installationOfSdk()
  const script = join(packageDirectory(), 'bin', 'run.js')
  return {
    ...base,
    login: (profile) => ({ command: base.node, args: [script, 'login', '--detached', '--profile', profile] }),
  }
}
