import type { Host, QuestionContext, Situation } from '@gate/core'
import { readLayers } from './config-layers.js'
import { readEnvironment } from './environment.js'
import { codexHome, configFile, projectDirectories, systemDirectory } from './paths.js'
import { ruleFiles } from './rule-files.js'

/** Root keys that name a file which Codex reads at its start. */
const FILE_KEYS = ['experimental_compact_prompt_file', 'model_catalog_json', 'model_instructions_file']

/** What Codex's answer depends on. Reads only. */
export async function situation(host: Host, { detection }: QuestionContext): Promise<Situation> {
  const { join, isAbsolute } = host.path
  const home = codexHome(host)
  const layers = await readLayers(host, detection.version)
  const { file, fromFile } = await readEnvironment(host)
  const system = systemDirectory(host)
  const documents = [...layers.requirements, ...layers.managed, ...layers.projects, layers.user, layers.system]
  const named = documents.flatMap((document) => FILE_KEYS.map((key) => document?.content?.[key]))
  return {
    files: [
      configFile(host),
      file,
      ...['auth.json', 'environments.toml', 'rules'].map((name) => join(home, name)),
      ...['config.toml', 'managed_config.toml', 'requirements.toml', 'rules'].map((name) => join(system, name)),
      ...(await projectDirectories(host)).map((directory) => join(directory, '.codex', 'config.toml')),
      ...(fromFile.HOME ? [join(fromFile.HOME, '.codex', 'config.toml')] : []),
      ...(await ruleFiles(host, layers)),
      ...named.filter((path): path is string => typeof path === 'string' && isAbsolute(path)),
    ],
    variables: [
      'CODEX_HOME',
      'HOME',
      ...Object.keys(host.env).filter((name) => /^(?:CODEX|OPENAI|SPIFFE)_/.test(name)),
    ],
    more: layers.trusted,
  }
}
