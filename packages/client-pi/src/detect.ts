import { isDirectory, programVersion } from '@gate/client-kit'
import { type Detection, findProgram, type Host } from '@gate/core'
import { agentDirectory } from './paths.js'

/** The npm packages of pi: today's, and the name it had before 0.74. */
const PACKAGES = ['@earendil-works/pi-coding-agent', '@mariozechner/pi-coding-agent'] as const

/**
 * Whether the program is there, without running it. Other programs are called pi, too (Debian has one that computes the
 * number): one that is not of pi's npm package counts only beside pi's directory.
 */
export async function detect(host: Host): Promise<Detection> {
  const directory = agentDirectory(host)
  const hasDirectory = await isDirectory(host, directory)
  const program = await findProgram(host, 'pi')
  if (!program) {
    return {
      installed: false,
      evidence: [
        'no pi on PATH or where it is usually installed',
        hasDirectory ? `${directory} exists, left by an earlier installation` : `${directory} is absent`,
      ],
    }
  }
  const version = await packageVersion(host, program.path)
  const found = `${program.path} ${program.foundBy === 'path' ? 'is on PATH' : 'exists, but is not on PATH'}`
  const place = hasDirectory ? `${directory} exists` : `${directory} is absent`
  if (version === undefined && !hasDirectory) {
    return { installed: false, evidence: [found, 'it is not of the package of pi', place] }
  }
  return {
    installed: true,
    location: program.path,
    ...(version === undefined ? {} : { version }),
    evidence: [found, hasDirectory ? place : `${place}: not started yet`],
  }
}

async function packageVersion(host: Host, program: string): Promise<string | undefined> {
  for (const name of PACKAGES) {
    const version = await programVersion(host, program, name)
    if (version !== undefined) return version
  }
  return undefined
}
