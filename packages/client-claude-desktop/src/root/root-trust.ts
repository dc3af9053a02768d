import type { Host } from '@gate/core'

/**
 * Why programs that take orders from root alone do not trust a file or directory: it must be no link, belong to root, and
 * be writable for nobody else. In words that follow its path; `absent` when there is none, undefined when it is trusted.
 */
export async function rootTrustProblem(host: Host, path: string): Promise<string | undefined> {
  try {
    const stat = await host.fs.lstat(path)
    if (stat.isSymbolicLink()) return 'is a symbolic link'
    if (stat.uid !== 0) return 'does not belong to root'
    return (stat.mode & 0o022) === 0 ? undefined : 'may be written by others than root'
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'must not be looked at by this user'
  }
}

/** A JSON file that counts only when it is root's alone. */
export type RootDocument =
  | { readonly state: 'absent' }
  /** Programs that take orders from root alone pass it over, and say nothing about it. */
  | { readonly state: 'ignored'; readonly why: string }
  | { readonly state: 'unreadable' }
  | { readonly state: 'parsed'; readonly value: Readonly<Record<string, unknown>> }

/**
 * Reads a JSON object that only root may have written: the file and its directory must pass {@link rootTrustProblem}, and
 * the file be readable for this user.
 */
export async function readRootDocument(host: Host, file: string): Promise<RootDocument> {
  for (const path of [host.path.dirname(file), file]) {
    const problem = await rootTrustProblem(host, path)
    if (problem === 'absent') return { state: 'absent' }
    if (problem !== undefined) return { state: 'ignored', why: `${path} ${problem}` }
  }
  try {
    const value: unknown = JSON.parse(await host.fs.readFile(file, 'utf8'))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new TypeError('not an object')
    return { state: 'parsed', value: value as Readonly<Record<string, unknown>> }
  } catch (error) {
    const forbidden = ['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
    return forbidden ? { state: 'ignored', why: `${file} must not be read by this user` } : { state: 'unreadable' }
  }
}
