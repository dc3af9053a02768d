import { tableAt } from '@gate/client-kit'
import type { Host, Table } from '@gate/core'

/**
 * Whether Codex trusts what a project's file says. Each directory is asked by itself: what is said about it counts first,
 * then what is said about the repository's root, then about the main checkout of a worktree; a directory between is not
 * asked (0.169.0).
 *
 * @param user The user's configuration, which holds the decisions.
 * @param root The repository's root, and without a repository the working directory.
 */
export async function projectTrust(host: Host, user: Table, root: string): Promise<(directory: string) => boolean> {
  const decision = (directory: string) => tableAt(user, 'projects', directory).trust_level
  const main = await mainCheckout(host, root)
  const inherited = decision(root) ?? (main === undefined ? undefined : decision(main))
  return (directory) => (decision(directory) ?? inherited) === 'trusted'
}

/** The checkout that a worktree belongs to: its `.git` is a file that points to `<checkout>/.git/worktrees/<name>`. */
async function mainCheckout(host: Host, root: string): Promise<string | undefined> {
  const { path } = host
  const pointer = await host.fs.readFile(path.join(root, '.git'), 'utf8').catch(() => '')
  const target = /^gitdir:(.+)/.exec(pointer.trim())?.[1]?.trim()
  const worktrees = target && path.dirname(path.resolve(root, target))
  return worktrees && path.basename(worktrees) === 'worktrees' ? path.dirname(path.dirname(worktrees)) : undefined
}
