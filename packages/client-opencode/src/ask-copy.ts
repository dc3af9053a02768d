import { blankSecrets, isFile } from '@gate/client-kit'
import type { Host } from '@gate/core'
import { filesIn } from './agent-files.js'
import { type ConfigDirectory, configDirectories, projectDirectories } from './config-directories.js'
import { configDirectory, managedDirectory, pluginFile } from './paths.js'

const CONFIGURATION = ['config.json', 'opencode.json', 'opencode.jsonc']
/** Folders of Markdown files that are part of the configuration. */
const FOLDERS = ['agent', 'agents', 'mode', 'modes', 'command', 'commands']
const MAX_BYTES = 1024 * 1024

/** What OpenCode is shown when it is asked: every file of its configuration, at the same place in another tree. */
export interface PrivateCopy {
  readonly directory: string
  readonly work: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** The file that a copy was made of. */
  originalOf(copy: string): string | undefined
  /** A file that the configuration refers to and that must not be read. */
  readonly unreadable: string | undefined
}

/**
 * Copies the configuration, without secrets and without anything that is run: plugin files, packages and the repository
 * itself stay behind, and so OpenCode writes nothing into the user's directories, where it would insert `$schema`, make
 * `.gitignore` and install a package (1.18.33).
 */
export async function copyForQuestion(host: Host, directory: string): Promise<PrivateCopy> {
  const { env, path } = host
  const copy = new Copy(host)
  const projects = await projectDirectories(host)
  const places = new Map<string, string>()
  // The farthest directory first; its `.git` keeps OpenCode from looking farther.
  let work = path.join(directory, 'work')
  await copy.repository(work)
  for (const [depth, project] of projects.toReversed().entries()) {
    if (depth > 0) work = path.join(work, 'd')
    await host.fs.mkdir(work, { recursive: true })
    places.set(project, work)
    await copy.configuration(project, work)
    await copy.directory(path.join(project, '.opencode'), path.join(work, '.opencode'))
  }
  const home = places.get(host.home) ?? path.join(directory, 'home')
  await host.fs.mkdir(home, { recursive: true })
  const config = path.join(directory, 'config')
  const own = path.join(config, 'opencode')
  for (const one of configDirectories(host, []) satisfies readonly ConfigDirectory[]) {
    if (one.directory === configDirectory(host)) await copy.directory(one.directory, own)
    else if (one.source === 'user') await copy.directory(one.directory, path.join(home, '.opencode'))
    else await copy.directory(one.directory, path.join(directory, 'more'))
  }
  // The name alone: what the file does is left out of the answer, that OpenCode would load it is in it.
  if (await isFile(host, pluginFile(host)))
    await copy.write(path.join(own, 'plugin', path.basename(pluginFile(host))), '')
  const custom = env.OPENCODE_CONFIG && path.resolve(host.cwd, env.OPENCODE_CONFIG)
  const customCopy = path.join(directory, 'custom', path.basename(custom || 'none'))
  if (custom) await copy.file(custom, customCopy)
  const managed = env.OPENCODE_TEST_MANAGED_CONFIG_DIR && path.join(directory, 'managed')
  if (managed) await copy.configuration(managedDirectory(host), managed)
  const content = env.OPENCODE_CONFIG_CONTENT
  return {
    directory,
    work,
    originalOf: (file) => copy.originals.get(file),
    unreadable: copy.unreadable,
    env: {
      HOME: host.toNative(home),
      USERPROFILE: host.toNative(home),
      XDG_CONFIG_HOME: host.toNative(config),
      XDG_DATA_HOME: host.toNative(path.join(directory, 'data')),
      XDG_STATE_HOME: host.toNative(path.join(directory, 'state')),
      XDG_CACHE_HOME: host.toNative(path.join(directory, 'cache')),
      OPENCODE_CONFIG: custom ? host.toNative(customCopy) : undefined,
      OPENCODE_CONFIG_DIR: env.OPENCODE_CONFIG_DIR ? host.toNative(path.join(directory, 'more')) : undefined,
      OPENCODE_TEST_MANAGED_CONFIG_DIR: managed ? host.toNative(managed) : undefined,
      OPENCODE_CONFIG_CONTENT: content && (await copy.text(content, host.cwd)),
      GIT_CEILING_DIRECTORIES: host.toNative(directory),
    },
  }
}

/** Writes copies and remembers what they are copies of. */
class Copy {
  readonly originals = new Map<string, string>()
  unreadable: string | undefined
  private readonly host: Host

  constructor(host: Host) {
    this.host = host
  }

  /** A directory that OpenCode takes configuration from, without what it would run. */
  async directory(from: string, to: string): Promise<void> {
    const { path } = this.host
    await this.configuration(from, to)
    for (const folder of FOLDERS) {
      for (const name of await filesIn(this.host, path.join(from, folder), true)) {
        if (name.endsWith('.md')) await this.file(path.join(from, folder, name), path.join(to, folder, name))
      }
    }
  }

  /** The configuration files of a directory alone. */
  async configuration(from: string, to: string): Promise<void> {
    for (const name of CONFIGURATION) await this.file(this.host.path.join(from, name), this.host.path.join(to, name))
  }

  async file(from: string, to: string): Promise<void> {
    if (!(await isFile(this.host, from))) return
    const text = await this.host.fs.readFile(from, 'utf8').catch(() => undefined)
    if (text === undefined) return
    this.originals.set(to, from)
    await this.write(to, await this.text(text, this.host.path.dirname(from)))
  }

  /** `{file:path}` leads to the original: a path counts from the document's own directory, or from the home. */
  async text(text: string, directory: string): Promise<string> {
    const { path, home } = this.host
    const blank = blankSecrets(text)
    for (const [reference, name = ''] of blank.matchAll(/\{file:([^}]+)\}/g)) {
      const file = name.startsWith('~/') ? path.join(home, name.slice(2)) : path.resolve(directory, name)
      const found = await this.host.fs.stat(file).catch(() => undefined)
      if (found && (!found.isFile() || found.size > MAX_BYTES)) this.unreadable ??= file
      const native = this.host.toNative(file).replaceAll('\\', '/')
      if (native !== name)
        return this.text(
          blank.replaceAll(reference, () => `{file:${native}}`),
          directory,
        )
    }
    return blank
  }

  async write(to: string, text: string): Promise<void> {
    await this.host.fs.mkdir(this.host.path.dirname(to), { recursive: true })
    await this.host.fs.writeFile(to, text, { mode: 0o600 })
  }

  /** An empty repository, so that neither OpenCode nor the git that it runs looks above it. */
  async repository(root: string): Promise<void> {
    const { path } = this.host
    await this.write(path.join(root, '.git', 'HEAD'), 'ref: refs/heads/main\n')
    await this.write(path.join(root, '.git', 'config'), '[core]\n\trepositoryformatversion = 0\n')
    for (const name of ['objects', 'refs']) await this.host.fs.mkdir(path.join(root, '.git', name))
  }
}
