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
}

/** Reads all layers. A document that cannot be parsed counts as absent: pi warns and goes on without it (0.87.1). */
export async function readLayers(host: Host): Promise<ConfigLayers> {
  const user = await readFile(host, 'user', settingsFile(host))
  const project = await readFile(host, 'project', projectFile(host))
  const trust = await projectTrust(host, user?.content ?? {})
  const saved = await readFile(host, 'user', credentialsFile(host))
  return {
    user,
    project: project && { ...project, trust },
    trust,
    savedKey: saved?.content[PROVIDER] === undefined ? undefined : saved.location,
  }
}

async function readFile(host: Host, source: Override['source'], location: string): Promise<ConfigDocument | undefined> {
  const read = await host.engine.readDocument(host, location, 'json')
  return read.state === 'parsed' ? { source, location, content: read.value } : undefined
}

/** The nearest decision counts; without one, what the user set for all projects. */
async function projectTrust(host: Host, user: Table): Promise<Trust> {
  const decisions = (await readFile(host, 'user', trustFile(host)))?.content ?? {}
  const start = await host.fs.realpath(host.cwd).catch(() => host.cwd)
  for (let current = start; ; current = host.path.dirname(current)) {
    const decision = decisions[current]
    if (typeof decision === 'boolean') return decision ? 'trusted' : 'refused'
    if (host.path.dirname(current) === current) break
  }
  if (user.defaultProjectTrust === 'always') return 'trusted'
  return user.defaultProjectTrust === 'never' ? 'refused' : 'undecided'
}
