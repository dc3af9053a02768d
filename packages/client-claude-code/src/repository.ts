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
  if (host.process.uid === undefined) return undefined
  const start = await realPath(host, host.cwd)
  const root = await nearestCheckout(host, start)
  const main = root === undefined ? undefined : await mainCheckout(host, root)
  if (main === undefined || main === start || main === (await realPath(host, host.home))) return undefined
  return (await isOwn(host, main)) ? main : undefined
}

async function nearestCheckout(host: Host, start: string): Promise<string | undefined> {
  for (let current = start; ; current = host.path.dirname(current)) {
    const found = await host.fs.stat(host.path.join(current, '.git')).catch(() => undefined)
    if (found?.isDirectory() || found?.isFile()) return current
    if (host.path.dirname(current) === current) return undefined
  }
}

/** A `.git` file alone proves nothing: it and the directory that it names must point at each other, as git has them. */
async function mainCheckout(host: Host, root: string): Promise<string | undefined> {
  const { path } = host
  const pointer = await readLine(host, path.join(root, '.git'))
  if (!pointer?.startsWith('gitdir:')) return root
  const own = path.resolve(root, pointer.slice('gitdir:'.length).trim())
  const [common, back] = [
    await readLine(host, path.join(own, 'commondir')),
    await readLine(host, path.join(own, 'gitdir')),
  ]
  // A submodule has neither: it is a repository of its own.
  if (common === undefined || back === undefined) return root
  const shared = path.resolve(own, common)
  if (path.dirname(own) !== path.join(shared, 'worktrees')) return root
  const returned = await realPath(host, path.resolve(own, back))
  if (returned !== path.join(await realPath(host, root), '.git')) return root
  // The worktrees of a bare repository have no main checkout.
  return path.basename(shared) === '.git' ? path.dirname(shared) : undefined
}

/** Claude Code asks for the owner of the entries themselves, links not followed. */
async function isOwn(host: Host, checkout: string): Promise<boolean> {
  const owner = async (path: string) => (await host.fs.lstat(path)).uid
  try {
    const owners = [(await host.fs.stat(checkout)).uid, await owner(host.path.join(checkout, '.git'))]
    const settings = await owner(host.path.join(checkout, '.claude')).catch(() => host.process.uid)
    return [...owners, settings].every((uid) => uid === host.process.uid)
  } catch {
    return false
  }
}

async function readLine(host: Host, file: string): Promise<string | undefined> {
  const text = await host.fs.readFile(file, 'utf8').catch(() => undefined)
  return text?.trim()
}

function realPath(host: Host, path: string): Promise<string> {
  return host.fs.realpath(path).catch(() => path)
}
