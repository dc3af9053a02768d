import { type Host, isTable, neutralDirectory } from '@gate/core'
import { stateFile } from '../paths.js'

/** Where Claude Code is asked. */
export interface AskedDirectory {
  readonly path: string
  /** The directory that the user trusts, when the question is put there. */
  readonly trusted: string | undefined
}

/**
 * The working directory where the user has told Claude Code to trust it or a directory above, else one that no repository
 * brings anything into. Reads only.
 */
export async function askedDirectory(host: Host): Promise<AskedDirectory> {
  const trusted = (await trusts(host, host.cwd)) ? host.cwd : undefined
  return { path: trusted ?? neutralDirectory(host), trusted }
}

async function trusts(host: Host, directory: string): Promise<boolean> {
  const { path } = host
  const text = await host.fs.readFile(stateFile(host), 'utf8').catch(() => '')
  // It grows to megabytes; one that names no trust is not parsed.
  if (!text.includes('"hasTrustDialogAccepted"')) return false
  const projects = projectsOf(text)
  for (let place = directory; ; place = path.dirname(place)) {
    // On Windows it writes slashes.
    const project = projects[place] ?? projects[place.replaceAll('\\', '/')]
    if (isTable(project) && project.hasTrustDialogAccepted === true) return true
    if (path.dirname(place) === place) return false
  }
}

function projectsOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const state: unknown = JSON.parse(text)
    return isTable(state) && isTable(state.projects) ? state.projects : {}
  } catch {
    return {}
  }
}
