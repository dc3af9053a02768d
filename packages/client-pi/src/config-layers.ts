import type { Host, Override, Table } from '@gate/core'
import { credentialsFile, projectFile, settingsFile, trustFile } from './paths.js'
import { PROVIDER } from './plan.js'

/** One settings document that pi reads. */
export interface ConfigDocument {
  readonly source: Override['source']
  readonly location: string
  readonly content: Table
}

/** Whether pi reads what a project brings along. `undecided`: an interactive pi asks, `pi -p` does not read it. */
export type Trust = 'trusted' | 'undecided' | 'refused'

/** Everything on disk that decides what pi does when it is started in the host's working directory. */
export interface ConfigLayers {
  readonly user: ConfigDocument | undefined
  /** Put over the user's, key by key; lists replace lists. */
  readonly project: (ConfigDocument & { readonly trust: Trust }) | undefined
  /** Of the project, whether it has settings or not. */
  readonly trust: Trust
  /** File that holds a key which was saved for our provider with `/login`; it beats `apiKey`. */
  readonly savedKey: string | undefined
  /** Files that gate cannot read, so that nobody knows what they change. */
  readonly unreadable: readonly FileName[]
}

type FileName = Pick<ConfigDocument, 'source' | 'location'>
type Read = (source: Override['source'], location: string) => Promise<ConfigDocument | undefined>

/** What pi cannot read either: it warns and goes on without such a file (0.87.1). */
const REJECTED: readonly string[] = ['file-unparsable', 'file-wrong-shape', 'file-not-regular', 'file-dangling-link']

/** Reads all layers. */
export async function readLayers(host: Host): Promise<ConfigLayers> {
  const unreadable: FileName[] = []
  const read: Read = async (source, location) => {
    const found = await host.engine.readDocument(location, 'json')
    if (found.state === 'unreadable' && !REJECTED.includes(found.error.code)) unreadable.push({ source, location })
    return found.state === 'parsed' ? { source, location, content: found.value } : undefined
  }
  const user = await read('user', settingsFile(host))
  const project = await read('project', projectFile(host))
  const trust = await projectTrust(host, read, user?.content ?? {})
  const saved = await read('user', credentialsFile(host))
  return {
    user,
    project: project && { ...project, trust },
    trust,
    savedKey: saved?.content[PROVIDER] === undefined ? undefined : saved.location,
    unreadable,
  }
}

/** The nearest decision counts; without one, what the user set for all projects. */
async function projectTrust(host: Host, read: Read, user: Table): Promise<Trust> {
  const decisions = (await read('user', trustFile(host)))?.content ?? {}
  const start = await host.fs.realpath(host.cwd).catch(() => host.cwd)
  for (let current = start; ; current = host.path.dirname(current)) {
    const decision = decisions[current]
    if (typeof decision === 'boolean') return decision ? 'trusted' : 'refused'
    if (host.path.dirname(current) === current) break
  }
  if (user.defaultProjectTrust === 'always') return 'trusted'
  return user.defaultProjectTrust === 'never' ? 'refused' : 'undecided'
}
