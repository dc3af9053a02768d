import { randomUUID } from 'node:crypto'
import type { Host } from '../contract/host.js'
import { environmentVariable } from './find-program.js'

/**
 * Runs `work` with a new directory that only this user can look into, for copies of files that a client is asked about, and
 * removes it with everything in it. It lies where the system keeps what is temporary, never in the user's home.
 *
 * @throws What `work` throws, and the system's error when the directory cannot be made.
 */
export async function withPrivateDirectory<T>(host: Host, work: (directory: string) => Promise<T>): Promise<T> {
  const directory = host.path.join(temporary(host), `gate-asks-${randomUUID()}`)
  // Not recursive: a directory that somebody else has put there is an error.
  await host.fs.mkdir(directory, { mode: 0o700 })
  try {
    return await work(directory)
  } finally {
    await host.fs.rm(directory, { recursive: true, force: true })
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
