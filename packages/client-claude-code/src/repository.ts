import { mainCheckout } from '@gate/client-kit'
import type { Host } from '@gate/core'

/**
 * The checkout whose `.claude/settings.local.json` Claude Code reads besides the one of the working directory, and takes
 * for the stronger one: the root of the repository that it is started in, for a worktree the main checkout. Undefined
 * where the working directory counts alone. Reads only.
 *
 * As 2.1.329 finds it: an empty `.git` is enough, but neither the home directory nor a checkout of another user counts,
 * and on Windows, which has no user ids to tell that by, none does.
 */
export async function repositoryCheckout(host: Host): Promise<string | undefined> {
  const { fs, path, process } = host
  if (process.uid === undefined) return undefined
  const real = (directory: string) => fs.realpath(directory).catch(() => directory)
  const start = await real(host.cwd)
  const checkout = await mainCheckout(host, start)
  if (checkout === undefined || checkout === start || checkout === (await real(host.home))) return undefined
  // Of its entries the owner is asked for, links not followed.
  const owners = await Promise.all([
    fs.stat(checkout),
    fs.lstat(path.join(checkout, '.git')),
    fs.lstat(path.join(checkout, '.claude')),
  ]).catch(() => [])
  return owners.length > 0 && owners.every(({ uid }) => uid === process.uid) ? checkout : undefined
}
