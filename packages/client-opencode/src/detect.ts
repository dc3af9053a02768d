import { type Detection, findProgram, type Host, isDirectory, programVersion } from '@gate/core'
import { configDirectory } from './paths.js'

/** The npm package of OpenCode. */
const PACKAGE = 'opencode-ai'

/** Whether the program is there, without running it. A configuration directory alone proves nothing. */
export async function detect(host: Host): Promise<Detection> {
  const directory = configDirectory(host)
  const hasDirectory = await isDirectory(host, directory)
  // The install script of opencode.ai puts the program here.
  const program = await findProgram(host, 'opencode', [host.path.join(host.home, '.opencode', 'bin')])
  if (!program) {
    const left = hasDirectory ? `${directory} exists, left by an earlier installation` : `${directory} is absent`
    return { installed: false, evidence: ['no opencode on PATH or where it is usually installed', left] }
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
