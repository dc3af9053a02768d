import { advice, GateError, type Host } from '@gate/core'
import core from '@gate/core/package.json' with { type: 'json' }
import testkit from '@gate/plugin-testkit/package.json' with { type: 'json' }
import { packageDirectory } from '../../installation.js'
import type { Session } from '../../session.js'
import { idFromName, isClientId, isPluginName, packageSpec } from '../plugin-name.js'

export interface CreatedPlugin {
  readonly package: string
  /** Id of its client. */
  readonly client: string
  readonly directory: string
  /** Relative to `directory`, with slashes, sorted. */
  readonly files: readonly string[]
}

/** The template is itself a plugin, for the client "example"; these are its names. */
const TEMPLATE = { package: 'gate-client-example', displayName: /\bExample\b/g, id: /\bexample\b/g }
// npm leaves .gitignore out of every tarball, and tools take a second package.json for one of gate's own.
const RENAMED: Readonly<Record<string, string>> = { gitignore: '.gitignore', 'package.template.json': 'package.json' }

/**
 * Writes the package of a new plugin into a fresh directory below the working directory.
 *
 * @param name Id of the client, or a package name that stands for one.
 * @throws GateError `invalid-argument`: no such name is possible, or the directory exists already.
 */
export async function createPlugin(session: Session, name: string): Promise<CreatedPlugin> {
  const { host } = session
  const { packageName, id } = namesOf(name)
  const directory = host.path.join(host.cwd, packageName.split('/').at(-1) ?? packageName)
  await makeFresh(host, directory)
  const files: string[] = []
  const template = host.path.join(packageDirectory(), 'template')
  for (const file of await filesBelow(host, template)) {
    const text = await host.fs.readFile(host.path.join(template, file), 'utf8')
    const target = RENAMED[file] ?? file
    const path = host.path.join(directory, target)
    await host.fs.mkdir(host.toNative(host.path.dirname(path)), { recursive: true })
    await host.fs.writeFile(host.toNative(path), rendered(target, text, packageName, id))
    files.push(target.split(host.path.sep).join('/'))
  }
  return { package: packageName, client: id, directory, files: files.sort() }
}

function namesOf(name: string): { packageName: string; id: string } {
  const packageName = isPluginName(name) ? name : `gate-client-${name}`
  const id = idFromName(packageName)
  const spec = packageSpec(packageName)
  const possible = spec !== undefined && spec.version === undefined && isPluginName(packageName)
  if (possible && isClientId(id)) return { packageName, id }
  throw new GateError({
    code: 'invalid-argument',
    message: `"${name}" is neither an id (lower-case letters, digits and dashes) nor the name of a plugin package`,
    fix: { action: 'create-plugin', name: 'example' },
  })
}

async function makeFresh(host: Host, directory: string): Promise<void> {
  try {
    await host.fs.mkdir(host.toNative(directory))
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST'
    throw new GateError({
      code: exists ? 'invalid-argument' : 'io-failed',
      message: exists ? `${directory} exists already` : `${directory} cannot be created: ${(error as Error).message}`,
      file: directory,
      fix: advice('Choose another name or another working directory.'),
      cause: error,
    })
  }
}

async function filesBelow(host: Host, directory: string, below = ''): Promise<string[]> {
  const found: string[] = []
  for (const entry of await host.fs.readdir(host.path.join(directory, below), { withFileTypes: true })) {
    const path = host.path.join(below, entry.name)
    if (entry.isDirectory()) found.push(...(await filesBelow(host, directory, path)))
    else found.push(path)
  }
  return found
}

function rendered(file: string, text: string, packageName: string, id: string): string {
  const displayName = id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ')
  // The package name holds the id's placeholder, so it is replaced last, by way of a sign that no text holds.
  const named = text
    .replaceAll(TEMPLATE.package, '\0')
    .replace(TEMPLATE.displayName, displayName)
    .replace(TEMPLATE.id, id)
    .replaceAll('\0', packageName)
  return file === 'package.json' ? withVersions(named) : named
}

/** The packages of this release, which the plugin is written against. */
function withVersions(text: string): string {
  const versions: Readonly<Record<string, string>> = {
    '@gate/core': core.version,
    '@gate/plugin-testkit': testkit.version,
  }
  return text.replace(/"(?<name>@gate\/[a-z-]+)": "\*"/g, (_match, name: string) => `"${name}": "^${versions[name]}"`)
}
