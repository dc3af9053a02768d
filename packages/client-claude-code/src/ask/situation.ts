import type { Host, Situation } from '@gate/core'
import { credentialsFile, managedDirectory, projectSettingsFiles, settingsFile } from '../paths.js'
import { askedDirectory } from './asked-directory.js'

/** Variables that begin otherwise and count all the same. */
const OTHER_VARIABLES = ['HOME', 'USERPROFILE', 'APPDATA', 'XDG_CONFIG_HOME']

/** What the answer of `ask` depends on. Reads only. */
export async function situation(host: Host): Promise<Situation> {
  const managed = managedDirectory(host)
  const dropIns = host.path.join(managed, 'managed-settings.d')
  const names = await host.fs.readdir(dropIns).catch((): string[] => [])
  const { trusted } = await askedDirectory(host)
  return {
    files: [
      settingsFile(host),
      credentialsFile(host),
      host.path.join(managed, 'managed-settings.json'),
      dropIns,
      ...names.map((name) => host.path.join(dropIns, name)),
      ...(await projectSettingsFiles(host, undefined)).map(({ file }) => file),
    ],
    // Also those that no gate knows yet: a new variable of a new version must not be answered from memory.
    variables: [
      ...OTHER_VARIABLES,
      ...Object.keys(host.env).filter((name) => /^(?:ANTHROPIC|CLAUDE|AWS)_/i.test(name)),
    ],
    more: [trusted === undefined ? 'asked in a neutral directory' : 'asked in the working directory'],
  }
}
