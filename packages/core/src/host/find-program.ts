import type { Host } from '../contract/host.js'
import { environmentVariable } from './environment-variable.js'

/** A program that was found without running it. */
export interface FoundProgram {
  /** Absolute path, symlinks not resolved. */
  readonly path: string
  /** `path`: the shell would find it. `place`: it lies where installers put it, but not on `PATH`. */
  readonly foundBy: 'path' | 'place'
}

/**
 * Looks for a program as a shell would, then where installers of command-line programs put theirs. Runs nothing.
 *
 * @param name Without extension; on Windows the extensions of `PATHEXT` are tried.
 * @param places Absolute directories that this program's own installer uses; looked at before the usual ones.
 */
export async function findProgram(
  host: Host,
  name: string,
  places: readonly string[] = [],
): Promise<FoundProgram | undefined> {
  for (const directory of pathDirectories(host)) {
    const path = await programIn(host, directory, name)
    if (path !== undefined) return { path, foundBy: 'path' }
  }
  for (const directory of [...places, ...usualDirectories(host)]) {
    const path = await programIn(host, directory, name)
    if (path !== undefined) return { path, foundBy: 'place' }
  }
  return undefined
}

function pathDirectories(host: Host): string[] {
  return (environmentVariable(host, 'PATH') ?? '')
    .split(host.path.delimiter)
    .map((entry) => (host.platform === 'win32' ? entry.replaceAll('"', '') : entry))
    .filter((entry) => host.path.isAbsolute(entry)) // a relative entry means another place for every working directory
}

async function programIn(host: Host, directory: string, name: string): Promise<string | undefined> {
  for (const file of fileNames(host, name)) {
    const path = host.path.join(directory, file)
    if (await isProgram(host, path)) return path
  }
  return undefined
}

function fileNames(host: Host, name: string): string[] {
  if (host.platform !== 'win32') return [name]
  const extensions = (environmentVariable(host, 'PATHEXT') || '.COM;.EXE;.BAT;.CMD').split(';').filter(Boolean)
  return extensions.map((extension) => name + extension.toLowerCase())
}

/** Whether something is a file that this user's programs may start (on Windows: any file). */
export async function isProgram(host: Host, path: string): Promise<boolean> {
  try {
    const stat = await host.fs.stat(path)
    return stat.isFile() && (host.platform === 'win32' || (stat.mode & 0o111) !== 0)
  } catch {
    return false
  }
}

/**
 * Where package managers put programs of a user. Programs started from a desktop often have a `PATH` without them.
 * System directories are added on macOS only, where graphical programs do not see Homebrew's.
 */
function usualDirectories(host: Host): string[] {
  const { home, path, platform } = host
  const variable = (name: string, ...below: string[]): string[] => {
    const value = environmentVariable(host, name)
    return value && path.isAbsolute(value) ? [path.join(value, ...below)] : []
  }
  const volta = [...variable('VOLTA_HOME', 'bin'), path.join(home, '.volta', 'bin')]
  const bun = [...variable('BUN_INSTALL', 'bin'), path.join(home, '.bun', 'bin')]
  if (platform === 'win32') {
    return [
      path.join(home, '.local', 'bin'),
      ...variable('APPDATA', 'npm'),
      ...variable('PNPM_HOME'),
      ...variable('LOCALAPPDATA', 'pnpm'),
      ...variable('VOLTA_HOME', 'bin'),
      ...variable('LOCALAPPDATA', 'Volta', 'bin'),
      ...bun,
      ...variable('LOCALAPPDATA', 'Microsoft', 'WinGet', 'Links'),
      path.join(home, 'scoop', 'shims'),
    ]
  }
  return [
    path.join(home, '.local', 'bin'),
    path.join(home, '.npm-global', 'bin'),
    ...variable('PNPM_HOME'),
    path.join(home, ...(platform === 'darwin' ? ['Library', 'pnpm'] : ['.local', 'share', 'pnpm'])),
    ...volta,
    ...bun,
    path.join(home, '.asdf', 'shims'),
    path.join(home, '.local', 'share', 'mise', 'shims'),
    ...(platform === 'darwin' ? ['/opt/homebrew/bin', '/usr/local/bin'] : []),
  ]
}
