import { type Host, isTable, withPrivateDirectory } from '@gate/core'
import { credentialsFile, settingsFile } from '../paths.js'
import { readSettings } from '../read-settings.js'

/** A configuration directory of Claude Code that it may write into. */
export interface ConfigurationCopy {
  readonly directory: string
  readonly settings: string
  /** Another one, with nothing but a helper in its settings. */
  readonly helperAlone: string
  /** The settings name another configuration directory, which Claude Code would then write into. */
  readonly movesAway: boolean
}

/**
 * Works with a copy of what decides which login counts: the settings as they are, and which logins are stored, without
 * their tokens. It lies in a directory that only the user may enter, and is gone afterwards.
 *
 * @param trusted Directory that the copy trusts.
 * @throws The system's error when the copy cannot be made.
 */
export async function withConfigurationCopy<T>(
  host: Host,
  trusted: string | undefined,
  work: (copy: ConfigurationCopy) => Promise<T>,
): Promise<T> {
  const { fs, path } = host
  const { runtime } = host.directories
  const firstMade = await fs.mkdir(runtime, { recursive: true, mode: 0o700 })
  const fill = async (directory: string): Promise<T> => {
    const put = (name: string, content: string | Uint8Array) =>
      fs.writeFile(path.join(directory, name), content, { mode: 0o600 })
    const settings = settingsFile(host)
    const bytes = await fs.readFile(settings).catch(() => undefined)
    if (bytes !== undefined) await put('settings.json', bytes)
    const logins = await storedLogins(host)
    if (logins !== undefined) await put('.credentials.json', logins)
    const projects = trusted === undefined ? {} : { projects: { [trusted]: { hasTrustDialogAccepted: true } } }
    await put('.claude.json', JSON.stringify({ hasCompletedOnboarding: true, ...projects }))
    const helperAlone = path.join(directory, 'helper-alone')
    await fs.mkdir(helperAlone, { mode: 0o700 })
    await put('helper-alone/settings.json', JSON.stringify({ apiKeyHelper: 'echo' }))
    const movesAway = await namesDirectory(host, settings)
    return await work({ directory, settings: path.join(directory, 'settings.json'), helperAlone, movesAway })
  }
  try {
    return await withPrivateDirectory(host, fill, { parent: runtime, prefix: 'ask' })
  } finally {
    if (firstMade !== undefined) await removeEmpty(host, runtime, firstMade)
  }
}

/** Removes empty directories from `last` up to `first`; one that somebody else uses by now stays, and so do those above. */
async function removeEmpty(host: Host, last: string, first: string): Promise<void> {
  try {
    for (let directory = last; ; directory = host.path.dirname(directory)) {
      await host.fs.rmdir(directory)
      if (directory === first) return
    }
  } catch {
    // Not empty.
  }
}

async function namesDirectory(host: Host, settings: string): Promise<boolean> {
  const read = await readSettings(host, settings, undefined)
  return read.state === 'parsed' && isTable(read.value.env) && read.value.env.CLAUDE_CONFIG_DIR !== undefined
}

async function storedLogins(host: Host): Promise<string | undefined> {
  try {
    const text = await host.fs.readFile(credentialsFile(host), 'utf8')
    return JSON.stringify(JSON.parse(text), withoutSecrets)
  } catch {
    return undefined
  }
}

const SECRET = /token$|jwt|secret|password|bearer|(?:api|private)_?key/i

function withoutSecrets(key: string, value: unknown): unknown {
  return typeof value === 'string' && SECRET.test(key) ? 'gate-asks-without-the-secret' : value
}
