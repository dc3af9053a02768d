import type { Host } from '@gate/core'
import type { ConfigDirectory } from './config-directories.js'
import type { ConfigDocument } from './config-document.js'
import { frontMatter } from './front-matter.js'

/** Folders of agents, weakest first, and whether those below are read, too. */
const FOLDERS = { agent: true, agents: true, mode: false, modes: false }

/**
 * The agents of a directory, each as if it stood in a configuration file. The file's path names the agent, unless `name` in
 * it does; one with `disable` is as good as absent (1.18.33).
 */
export async function readAgents(
  host: Host,
  { source, directory }: ConfigDirectory,
): Promise<readonly ConfigDocument[]> {
  const documents: ConfigDocument[] = []
  for (const [folder, recursive] of Object.entries(FOLDERS)) {
    const top = host.path.join(directory, folder)
    for (const file of await filesIn(host, top, recursive)) {
      if (!file.endsWith('.md')) continue
      const location = host.path.join(top, file)
      const text = await host.fs.readFile(location, 'utf8').catch(() => '')
      const keys = frontMatter(text, ['model', 'name', 'disable'])
      const { model, name = file.slice(0, -'.md'.length).replaceAll('\\', '/'), disable } = keys ?? {}
      if (!keys || model?.indexOf('/') === -1) documents.push({ source, location, content: {}, isUnclear: true })
      else if (model !== undefined && disable !== 'true') {
        documents.push({ source, location, content: { agent: { [name]: { model } } } })
      }
    }
  }
  return documents
}

/** Names in a folder, sorted; none of a folder that cannot be read. */
export async function filesIn(host: Host, folder: string, recursive = false): Promise<readonly string[]> {
  return (await host.fs.readdir(folder, { recursive }).catch((): string[] => [])).toSorted()
}
