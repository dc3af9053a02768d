import { isDirectory, isFile } from '@gate/client-kit'
import { environmentVariable, findProgram, type Host } from '@gate/core'
import { debianPackageVersion, macApplication, squirrelVersion } from './installed-application.js'
import { localAppData } from './paths.js'

/** The installed app. */
export interface App {
  readonly location: string
  readonly version?: string
  readonly evidence: string
}

const BUNDLE_ID = 'com.anthropic.claudefordesktop'
/** Family names of the Store package: the name, and a hash of the publisher. */
const FAMILY = /^(?:[A-Za-z]+\.)?Claude_[0-9a-z]{13}$/i

/** Looks for the app without running anything. */
export async function findApp(host: Host): Promise<App | undefined> {
  switch (host.platform) {
    case 'darwin':
      return findBundle(host)
    case 'win32':
      return (await findPackage(host)) ?? (await findInstaller(host))
    case 'linux':
      return findDebian(host)
  }
}

/** Where it was looked, for a machine without it. */
export function placesLookedAt(host: Host): string {
  if (host.platform === 'darwin') return 'no Claude.app in /Applications or ~/Applications'
  if (host.platform === 'win32') return 'no package of Claude and no Claude.exe where its installers put it'
  return 'no claude-desktop on PATH or where it is usually installed'
}

async function findBundle(host: Host): Promise<App | undefined> {
  const app = await macApplication(host, 'Claude.app', BUNDLE_ID)
  return app && { ...app, evidence: `${app.location} exists` }
}

/** Windows removes a package's data directory with the package; its version stands in a place that needs a program. */
async function findPackage(host: Host): Promise<App | undefined> {
  const packages = host.path.join(localAppData(host), 'Packages')
  for (const name of await host.fs.readdir(packages).catch((): string[] => [])) {
    const location = host.path.join(packages, name)
    if (FAMILY.test(name) && (await isDirectory(host, location))) return { location, evidence: `${location} exists` }
  }
  return undefined
}

async function findInstaller(host: Host): Promise<App | undefined> {
  const squirrel = host.path.join(localAppData(host), 'AnthropicClaude')
  const programs = host.path.join(localAppData(host), 'Programs', 'Claude')
  for (const [directory, name] of [
    [squirrel, 'claude.exe'],
    [programs, 'Claude.exe'],
  ] as const) {
    const location = host.path.join(directory, name)
    if (!(await isFile(host, location))) continue
    const version = directory === squirrel ? await squirrelVersion(host, squirrel) : undefined
    return { location, ...(version === undefined ? {} : { version }), evidence: `${location} exists` }
  }
  return undefined
}

async function findDebian(host: Host): Promise<App | undefined> {
  const program = await findProgram(host, 'claude-desktop')
  if (!program) return undefined
  const version = await debianPackageVersion(host, 'claude-desktop')
  return {
    location: program.path,
    ...(version === undefined ? {} : { version }),
    evidence: `${program.path} ${program.foundBy === 'path' ? 'is on PATH' : 'exists, but is not on PATH'}`,
  }
}

/** Whether gate itself was started by the app on Windows, where the app's package keeps what its children write. */
export function isInsideApp(host: Host): boolean {
  if (host.platform !== 'win32') return false
  return environmentVariable(host, 'CLAUDE_CODE_ENTRYPOINT')?.startsWith('claude-desktop') === true
}
