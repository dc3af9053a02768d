import { detectProgram } from '@gate/client-kit'
import type { Detection, Host } from '@gate/core'
import { configDirectory } from './paths.js'

/** Whether the program is there, without running it. A configuration directory alone proves nothing. */
export async function detect(host: Host): Promise<Detection> {
  return detectProgram(host, {
    program: 'opencode',
    // The install script of opencode.ai puts the program here.
    places: [host.path.join(host.home, '.opencode', 'bin')],
    packageName: 'opencode-ai',
    directory: configDirectory(host),
  })
}
