import { detectProgram } from '@gate/client-kit'
import type { Detection, Host } from '@gate/core'
import { findDesktopApp } from './desktop-app.js'
import { codexHome } from './paths.js'

/**
 * Whether the program or the desktop app is there, without running them. A configuration directory alone is what an
 * earlier installation left behind. The app is asked for only when there is no program, because that takes a second.
 */
export async function detect(host: Host): Promise<Detection> {
  const directory = codexHome(host)
  const found = await detectProgram(host, {
    program: 'codex',
    places: [host.path.join(directory, 'packages', 'standalone', 'current')],
    packageName: '@openai/codex',
    directory,
  })
  if (found.installed) return found
  // What was looked for in vain, then what is said of the directory.
  const [missing = '', left = ''] = found.evidence
  const app = await findDesktopApp(host)
  if (app.state === 'installed') {
    return { installed: true, location: app.location, evidence: [missing, `the desktop app ${app.location} exists`] }
  }
  const unknown = app.state === 'unknown' ? [`the desktop app could not be looked for: ${app.problem}`] : []
  return { installed: false, evidence: [missing, ...unknown, left] }
}
