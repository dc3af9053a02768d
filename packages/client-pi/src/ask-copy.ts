import { blankSecrets } from '@gate/client-kit'
import type { Host } from '@gate/core'
import type { ConfigLayers } from './config-layers.js'
import { modelsFile, settingsFile } from './paths.js'

/** Of a project's settings, what decides which model a session starts with. Other keys name programs. */
const CHOICES = ['defaultProvider', 'defaultModel', 'enabledModels']

/** What pi is shown when it is asked. */
export interface PrivateCopy {
  readonly home: string
  readonly agent: string
  /** Stands for the working directory. */
  readonly work: string
  readonly isTrusted: boolean
  readonly models: string
  readonly settings: string
}

/** Copies pi's files, without secrets, and the choices of a project that the user trusts. */
export async function copyForQuestion(host: Host, layers: ConfigLayers, directory: string): Promise<PrivateCopy> {
  const { fs, path } = host
  const [home, agent, work] = ['home', 'agent', 'work'].map((name) => path.join(directory, name)) as [
    string,
    string,
    string,
  ]
  for (const one of [home, agent, work]) await fs.mkdir(one, { mode: 0o700 })
  const models = path.join(agent, 'models.json')
  const settings = path.join(agent, 'settings.json')
  await copy(host, modelsFile(host), models)
  await copy(host, settingsFile(host), settings)
  const { project } = layers
  const isTrusted = project?.trust === 'trusted'
  if (isTrusted) {
    const choices = CHOICES.map((key) => [key, project.content[key]]).filter(([, value]) => value !== undefined)
    await fs.mkdir(path.join(work, '.pi'), { mode: 0o700 })
    await fs.writeFile(path.join(work, '.pi', 'settings.json'), JSON.stringify(Object.fromEntries(choices)))
  }
  return { home, agent, work, isTrusted, models, settings }
}

async function copy(host: Host, from: string, to: string): Promise<void> {
  const text = await host.fs.readFile(from, 'utf8').catch(() => undefined)
  if (text === undefined) return
  // pi runs it when it looks for packages, even offline (1.6.0).
  const harmless = blankSecrets(text).replace(/"npmCommand"(?=\s*:)/g, '"xpmCommand"')
  await host.fs.writeFile(to, harmless, { mode: 0o600 })
}
