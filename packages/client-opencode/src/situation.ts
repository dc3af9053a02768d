import type { Host, Situation } from '@gate/core'
import { projectDirectories } from './config-directories.js'
import { readLayers } from './config-layers.js'
import { managedDirectory, pluginFile } from './paths.js'

const FOLDERS = ['agent', 'agents', 'mode', 'modes', 'command', 'commands', 'plugin', 'plugins']
/** No text of an answer may be longer than 10,000. */
const PIECES = /.{1,10000}/gs
const NAMES = ['opencode.json', 'opencode.jsonc']

/** What the answer of OpenCode depends on. */
export async function situation(host: Host): Promise<Situation> {
  const { path } = host
  const { documents, directories } = await readLayers(host)
  const projects = await projectDirectories(host)
  const both = (directory: string) => NAMES.map((name) => path.join(directory, name))
  const files = [
    pluginFile(host),
    ...documents.flatMap(({ location }) => (path.isAbsolute(location) ? [location] : [])),
    ...directories.flatMap(({ directory }) => [
      path.join(directory, 'config.json'),
      ...both(directory),
      ...FOLDERS.map((folder) => path.join(directory, folder)),
    ]),
    ...projects.flatMap(both),
    ...both(managedDirectory(host)),
  ]
  const variables = Object.keys(host.env).filter((name) => /^(?:OPENCODE_|XDG_CONFIG_HOME$)/.test(name))
  // Variables and files that documents refer to change what they say.
  const said = JSON.stringify(documents.map(({ content }) => content ?? null))
  return {
    files: [...new Set(files)],
    variables: [...variables, 'OPENCODE_CONFIG_CONTENT'],
    more: said.match(PIECES) ?? [],
  }
}
