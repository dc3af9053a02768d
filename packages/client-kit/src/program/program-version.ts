import type { Host } from '@gate/core'

// Larger than any launcher script of a package manager, smaller than any real program.
const MAX_LAUNCHER_BYTES = 32 * 1024
const VERSION = /^v?(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/
/** Directories whose entries installers name after the version: `versions/2.1.3`, `Caskroom/codex/0.169.0`. */
const VERSIONED = new Set(['versions', 'releases'])
const VERSIONED_BY_NAME = new Set(['Caskroom', 'Cellar'])

/**
 * The version of an installed program, read from the files around it; nothing is run.
 *
 * @param program Absolute path of the executable, or of a launcher of npm, pnpm, Yarn, Bun or Volta.
 * @param packageName The npm package that ships it.
 * @returns `undefined` when the installation does not tell.
 */
export async function programVersion(host: Host, program: string, packageName: string): Promise<string | undefined> {
  const real = await host.fs.realpath(program).catch(() => program)
  for (const directory of ancestors(host, real)) {
    const version = await packageVersion(host, directory, packageName)
    if (version !== undefined) return version
  }
  const launched = await launchedPackage(host, real, packageName)
  for (const directory of [...(launched ? [launched] : []), ...packageDirectories(host, program, packageName)]) {
    const version = await packageVersion(host, directory, packageName)
    if (version !== undefined) return version
  }
  return versionInPath(host, real)
}

function ancestors(host: Host, path: string): string[] {
  const found: string[] = []
  for (let current = host.path.dirname(path); found.length < 5; current = host.path.dirname(current)) {
    found.push(current)
    if (host.path.dirname(current) === current) break
  }
  return found
}

async function packageVersion(host: Host, directory: string, packageName: string): Promise<string | undefined> {
  try {
    const text = await host.fs.readFile(host.path.join(directory, 'package.json'), 'utf8')
    const { name, version } = JSON.parse(text) as { name?: unknown; version?: unknown }
    if (name !== packageName || typeof version !== 'string') return undefined
    // Packages with one platform's binary are published as versions like 1.2.3-linux-x64.
    return VERSION.exec(version.replace(/-(?:linux|darwin|win32)-.*$/, ''))?.[1]
  } catch {
    return undefined
  }
}

/** The package directory that a launcher script names: npm and pnpm write one where symlinks do not work. */
async function launchedPackage(host: Host, launcher: string, packageName: string): Promise<string | undefined> {
  try {
    if ((await host.fs.stat(launcher)).size > MAX_LAUNCHER_BYTES) return undefined
    const text = await host.fs.readFile(launcher, 'utf8')
    const name = packageName.split('/').map(escapeRegExp).join('[/\\\\]')
    const match = new RegExp(`(?:\\$basedir|%~dp0|%dp0%)([/\\\\][^"'\\n]*?node_modules[/\\\\]${name})[/\\\\]`).exec(
      text,
    )
    if (!match?.[1]) return undefined
    return host.path.join(host.path.dirname(launcher), match[1].replaceAll(/[/\\]/g, host.path.sep))
  } catch {
    return undefined
  }
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function packageDirectories(host: Host, program: string, packageName: string): string[] {
  const directory = host.path.dirname(program)
  const name = packageName.split('/')
  return [
    ['node_modules'], // npm on Windows: the launcher lies beside node_modules
    ['..', 'lib', 'node_modules'], // npm elsewhere
    ...(host.path.basename(directory) === '.bin' ? [['..']] : []), // a project's node_modules/.bin
    ['..', 'install', 'global', 'node_modules'], // Bun
    ['..', 'tools', 'image', 'packages', ...name, 'lib', 'node_modules'], // Volta
  ].map((below) => host.path.join(directory, ...below, ...name))
}

function versionInPath(host: Host, path: string): string | undefined {
  const parts = path.split(host.path.sep)
  for (const [index, part] of parts.entries()) {
    const versioned = VERSIONED.has(parts[index - 1] ?? '') || VERSIONED_BY_NAME.has(parts[index - 2] ?? '')
    const version = versioned ? /^v?(\d+\.\d+\.\d+)/.exec(part)?.[1] : undefined
    if (version !== undefined) return version
  }
  return undefined
}
