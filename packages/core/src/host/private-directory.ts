import type { Host } from '../contract/host.js'
import { environmentVariable } from './environment-variable.js'

interface PrivatePlace {
  readonly parent: string
  readonly prefix: string
}

/**
 * Runs `work` with a new directory that only this user can look into, for copies of files that a client is asked about, and
 * removes it with everything in it, and before that what is left of such directories of processes that were killed.
 *
 * @param place An existing directory, and the beginning of the name. Default: where the system keeps what is temporary, never
 * in the user's home.
 * @throws What `work` throws, and the system's error when the directory cannot be made.
 */
export async function withPrivateDirectory<T>(
  host: Host,
  work: (directory: string) => Promise<T>,
  { parent, prefix }: PrivatePlace = { parent: temporary(host), prefix: 'gate-asks' },
): Promise<T> {
  await removeLeft(host, parent, prefix)
  // Not at the top: every start of a plugin would load it, for 7 ms (Node 24.21).
  const { randomUUID } = await import('node:crypto')
  // The process tells whose it is.
  const directory = host.path.join(parent, `${prefix}-${host.process.pid}-${randomUUID()}`)
  // Not recursive: a directory that somebody else has put there is an error.
  await host.fs.mkdir(directory, { mode: 0o700 })
  try {
    return await work(directory)
  } finally {
    await host.fs.rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Removes the directories of {@link withPrivateDirectory} whose process was killed; those of other users stay. */
export async function removeLeft(host: Host, parent: string, prefix: string): Promise<void> {
  const { fs, path, process } = host
  for (const name of await fs.readdir(parent).catch((): string[] => [])) {
    const [, given, pid] = /^(.*)-(\d{1,10})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.exec(name) ?? []
    if (given !== prefix || process.isRunning(Number(pid))) continue
    const place = path.join(parent, name)
    const stat = await fs.lstat(place).catch(() => undefined)
    if (!stat?.isDirectory() || (process.uid !== undefined && stat.uid !== process.uid)) continue
    await fs.rm(place, { recursive: true, force: true }).catch(() => {})
  }
}

function temporary(host: Host): string {
  const names = host.platform === 'win32' ? ['TEMP', 'TMP'] : ['TMPDIR']
  const named = names
    .map((name) => environmentVariable(host, name))
    .find((value) => value && host.path.isAbsolute(value))
  if (named) return named
  return host.platform === 'win32' ? host.path.join(host.home, 'AppData', 'Local', 'Temp') : '/tmp'
}
