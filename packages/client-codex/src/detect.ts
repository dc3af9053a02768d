import { type Detection, findProgram, type Host, isDirectory, programVersion } from '@gate/core'
import { findDesktopApp } from './desktop-app.js'
import { codexHome } from './paths.js'

/** The npm package of Codex CLI. */
const PACKAGE = '@openai/codex'

/**
 * Whether the program or the desktop app is there, without running them. A configuration directory alone is what an
 * earlier installation left behind. The app is asked for only when there is no program, because that takes a second.
 */
export async function detect(host: Host): Promise<Detection> {
  const directory = codexHome(host)
  const hasDirectory = await isDirectory(host, directory)
  const places = [host.path.join(directory, 'packages', 'standalone', 'current')]
  const program = await findProgram(host, 'codex', places)
  if (program) {
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
  const evidence = ['no codex on PATH or where it is usually installed']
  const app = await findDesktopApp(host)
  if (app.state === 'installed') {
    return {
      installed: true,
      location: app.location,
      evidence: [...evidence, `the desktop app ${app.location} exists`],
    }
  }
  if (app.state === 'unknown') evidence.push(`the desktop app could not be looked for: ${app.problem}`)
  evidence.push(hasDirectory ? `${directory} exists, left by an earlier installation` : `${directory} is absent`)
  return { installed: false, evidence }
}
