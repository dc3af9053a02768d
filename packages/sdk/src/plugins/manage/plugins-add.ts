import { type Action, advice, GateError } from '@gate/core'
import { createOwnDirectories } from '../../directories/own-directories.js'
import { updateConfig } from '../../profile/config-file.js'
import type { Session } from '../../session.js'
import { type FoundPlugin, findPlugins } from '../find.js'
import { loadPlugin } from '../load.js'
import { ownPackage } from '../official-clients.js'
import { addCall, type ManagedPlace } from '../package-manager.js'
import { isPluginName, packageSpec } from '../plugin-name.js'
import { describePlugin, type PluginEntry } from './plugins-list.js'
import { placeOfGate, runPackageManager } from './run-package-manager.js'
import { inStagingProject } from './staging-project.js'

export interface AddedPlugin extends Omit<PluginEntry, 'configured' | 'error'> {
  readonly displayName: string
  /** `installed` beside gate, or `recorded` as a directory in gate's configuration. */
  readonly result: 'installed' | 'recorded'
}

/** What is added: a directory is used where it is, anything else is installed. */
type Source =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'tarball'; readonly path: string }
  | { readonly kind: 'registry'; readonly name: string; readonly version: string | undefined }

/**
 * Adds a plugin: a package of the registry or a tarball is installed beside gate, by the package manager that installed
 * gate; a directory is recorded in gate's configuration and stays where it is. Whatever is no plugin that this gate can
 * load is refused before anything outside of a staging directory has changed.
 *
 * @param given `name`, `name@version`, or the path of a directory or of a `.tgz` file.
 * @throws GateError `invalid-argument` (no such name or path), `plugin-invalid`, `plugin-failed`,
 *   `package-manager-unknown`, `package-manager-failed`.
 */
export async function addPlugin(session: Session, given: string): Promise<AddedPlugin> {
  const source = await sourceOf(session, given)
  if (source.kind === 'directory') return record(session, source.path)
  const place = placeOfGate(session)
  const { name, version, displayName } = await stage(session, place, source)
  const spec = source.kind === 'tarball' ? source.path : `${name}@${version}`
  session.progress({ step: 'install-plugin', plugin: name, version, manager: place.manager })
  await runPackageManager(session, place, addCall(place, spec))
  const installed = session.plugins.again().found.find((plugin) => plugin.packageName === name)
  if (installed === undefined) {
    throw new GateError({
      code: 'package-manager-failed',
      message: `${place.manager} ended well, but ${name} is in none of the places that gate looks through`,
      fix: { action: 'list-plugins' },
    })
  }
  if (installed.problem) throw new GateError(installed.problem)
  return { ...describePlugin(installed), displayName, result: 'installed' }
}

async function sourceOf({ host }: Session, given: string): Promise<Source> {
  const isPath =
    /^\.{0,2}[/\\]|^\.{1,2}$/.test(given) || host.path.isAbsolute(given) || /\.(?:tgz|tar\.gz)$/.test(given)
  if (isPath) {
    const path = host.path.resolve(host.cwd, given)
    const stat = await host.fs.stat(host.toNative(path)).catch(() => undefined)
    if (stat?.isDirectory()) return { kind: 'directory', path }
    if (stat?.isFile() && /\.(?:tgz|tar\.gz)$/.test(path)) return { kind: 'tarball', path }
    throw unusable(`${path} is neither a directory nor a .tgz file`, { action: 'help', topic: 'add-plugin' })
  }
  const spec = packageSpec(given)
  if (spec && isPluginName(spec.name)) return { kind: 'registry', ...spec }
  const own = ownPackage(given)
  throw unusable(
    `"${given}" is not the name of a client plugin`,
    own === undefined
      ? advice('Plugins are called gate-client-<id> or @scope/gate-client-<id>; for a directory write ./NAME')
      : { action: 'add-plugin', package: own },
  )
}

/** Installs it into a project of its own, looks whether it is a plugin, and takes the project away again. */
async function stage(session: Session, place: ManagedPlace, source: Exclude<Source, { kind: 'directory' }>) {
  const spec = source.kind === 'tarball' ? source.path : `${source.name}${source.version ? `@${source.version}` : ''}`
  session.progress({ step: 'look-at-plugin', plugin: spec })
  return inStagingProject(session.host, async (directory) => {
    const staging: ManagedPlace = { manager: place.manager, scope: 'project', directory }
    await runPackageManager(session, staging, addCall(staging, spec))
    const { path } = session.host
    const manifest = JSON.parse(await session.host.fs.readFile(path.join(directory, 'package.json'), 'utf8')) as {
      devDependencies?: Record<string, string>
    }
    const [name = ''] = Object.keys(manifest.devDependencies ?? {})
    if (!isPluginName(name)) {
      throw unusable(
        `${spec} holds the package "${name}", which gate would not find by that name`,
        advice('Plugins are called gate-client-<id> or @scope/gate-client-<id>'),
      )
    }
    const found = findPlugins([path.join(directory, 'node_modules')], [name]).find(
      (plugin) => plugin.packageName === name,
    )
    const { displayName, version } = await checked(session, found, name)
    return { name, version, displayName }
  })
}

async function record(session: Session, directory: string): Promise<AddedPlugin> {
  const { host } = session
  const [found] = findPlugins([], [directory])
  const { displayName } = await checked(session, found, directory)
  await createOwnDirectories(host)
  await updateConfig(host, (config) => ({
    ...config,
    plugins: [...(config.plugins ?? []).filter((entry) => entry !== directory), directory],
  }))
  return { ...describePlugin(found as FoundPlugin), displayName, result: 'recorded' }
}

/** @throws GateError what is wrong with it, also that another package serves its client already. */
async function checked(session: Session, found: FoundPlugin | undefined, name: string) {
  if (found === undefined) throw unusable(`${name} is no plugin`, { action: 'list-plugins' })
  const { host, warn } = session
  const { plugin, stop } = await loadPlugin(found, { runs: 'apart', cwd: () => host.cwd, warn })
  stop('it was only looked at')
  const other = session.plugins.package(found.id)
  if (other !== undefined && other.packageName !== found.packageName) {
    throw new GateError({
      code: 'plugin-invalid',
      message: `the client "${found.id}" is already served by ${other.packageName} (${other.directory})`,
      fix: { action: 'remove-plugin', package: other.packageName },
    })
  }
  return { displayName: plugin.displayName, version: found.version ?? '' }
}

function unusable(message: string, fix: Action): GateError {
  return new GateError({ code: 'invalid-argument', message, fix })
}
