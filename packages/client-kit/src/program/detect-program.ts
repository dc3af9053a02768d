import { type Detection, findProgram, type Host } from '@gate/core'
import { isDirectory } from '../files/file-kind.js'
import { programVersion } from './program-version.js'

/** What a client is recognised by. */
export interface ClientProgram {
  /** Its name on `PATH`. */
  readonly program: string
  /** Directories that it is installed in besides. */
  readonly places: readonly string[]
  /** The npm package that says its version. */
  readonly packageName: string
  /** Its configuration directory. */
  readonly directory: string
}

/**
 * Whether a client's program is there, without running it. A configuration directory without the program is what an
 * earlier installation left behind; a program without the directory has not been started yet.
 */
export async function detectProgram(host: Host, client: ClientProgram): Promise<Detection> {
  const { directory, packageName, places } = client
  const hasDirectory = await isDirectory(host, directory)
  const program = await findProgram(host, client.program, places)
  if (!program) {
    const left = hasDirectory ? `${directory} exists, left by an earlier installation` : `${directory} is absent`
    return { installed: false, evidence: [`no ${client.program} on PATH or where it is usually installed`, left] }
  }
  const version = await programVersion(host, program.path, packageName)
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
