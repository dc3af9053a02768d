import { type Detection, findProgram, type Host, isDirectory, programVersion } from '@gate/core'
import { configDirectory, defaultConfigDirectory } from './paths.js'

/** The npm package of Claude Code. */
const PACKAGE = '@anthropic-ai/claude-code'

/**
 * Whether the program is there, without running it. A configuration directory without the program is what an earlier
 * installation left behind; a program without the directory has not been started yet.
 */
export async function detect(host: Host): Promise<Detection> {
  const directory = directoryOf(host)
  const hasDirectory = await isDirectory(host, directory)
  // The two places of Claude Code's own installers, the second one up to 2025.
  const places = [
    host.path.join(host.home, '.local', 'bin'),
    host.path.join(directory, 'local'),
    host.path.join(directory, 'local', 'node_modules', '.bin'),
  ]
  const program = await findProgram(host, 'claude', places)
  if (!program) {
    const left = hasDirectory ? `${directory} exists, left by an earlier installation` : `${directory} is absent`
    return { installed: false, evidence: ['no claude on PATH or where it is usually installed', left] }
  }
  const version = await programVersion(host, program.path, PACKAGE)
  return {
    installed: true,
    location: program.path,
    ...(version === undefined ? {} : { version }),
    evidence: [
      `${program.path} ${program.foundBy === 'path' ? 'is on PATH' : 'exists, but is not on PATH'}`,
      hasDirectory ? `${directory} exists` : `${directory} is absent: not started yet`,
    ],
  }
}

/** A broken `CLAUDE_CONFIG_DIR` is `configure`'s to refuse; the program is installed all the same. */
function directoryOf(host: Host): string {
  try {
    return configDirectory(host)
  } catch {
    return defaultConfigDirectory(host)
  }
}
