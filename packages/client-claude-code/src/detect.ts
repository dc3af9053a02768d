import { detectProgram } from '@gate/client-kit'
import type { Detection, Host } from '@gate/core'
import { configDirectory, defaultConfigDirectory } from './paths.js'

/** Whether the program is there, without running it. A configuration directory alone proves nothing. */
export async function detect(host: Host): Promise<Detection> {
  const directory = directoryOf(host)
  return detectProgram(host, {
    program: 'claude',
    // The two places of Claude Code's own installers, the second one up to 2025.
    places: [
      host.path.join(host.home, '.local', 'bin'),
      host.path.join(directory, 'local'),
      host.path.join(directory, 'local', 'node_modules', '.bin'),
    ],
    packageName: '@anthropic-ai/claude-code',
    directory,
  })
}

/** A broken `CLAUDE_CONFIG_DIR` is `configure`'s to refuse; the program is installed all the same. */
function directoryOf(host: Host): string {
  try {
    return configDirectory(host)
  } catch {
    return defaultConfigDirectory(host)
  }
}
