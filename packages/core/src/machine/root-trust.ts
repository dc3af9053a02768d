import type { Host } from '../contract/host.js'

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
