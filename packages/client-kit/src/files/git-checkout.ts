import type { Host } from '@gate/core'

/**
 * The checkout that a directory belongs to: the nearest one around it, or, where that is a worktree, the main one.
 * Undefined outside of any, and in a worktree of a bare repository, which has none. Reads only, and runs no git: a `.git`
 * counts whatever is in it, but a `.git` file that leads elsewhere only when git's own files there lead back.
 */
export async function mainCheckout(host: Host, directory: string): Promise<string | undefined> {
  const { path } = host
  const root = await nearestCheckout(host, directory)
  if (root === undefined) return undefined
  const pointer = /^gitdir:(.*)$/s.exec(await textOf(host, path.join(root, '.git')))?.[1]
  if (pointer === undefined) return root
  const own = path.resolve(root, pointer.trim())
  const common = await textOf(host, path.join(own, 'commondir'))
  const back = await textOf(host, path.join(own, 'gitdir'))
  // A submodule has neither: it is a repository of its own.
  if (common === '' || back === '') return root
  const shared = path.resolve(own, common)
  if (path.dirname(own) !== path.join(shared, 'worktrees')) return root
  const returned = await realPath(host, path.resolve(own, back))
  if (returned !== path.join(await realPath(host, root), '.git')) return root
  return path.basename(shared) === '.git' ? path.dirname(shared) : undefined
}

async function nearestCheckout(host: Host, directory: string): Promise<string | undefined> {
  for (let current = directory; ; current = host.path.dirname(current)) {
    const found = await host.fs.stat(host.path.join(current, '.git')).catch(() => undefined)
    if (found?.isDirectory() || found?.isFile()) return current
    if (host.path.dirname(current) === current) return undefined
  }
}

async function textOf(host: Host, file: string): Promise<string> {
  const text = await host.fs.readFile(file, 'utf8').catch(() => '')
  return text.trim()
}

function realPath(host: Host, path: string): Promise<string> {
  return host.fs.realpath(path).catch(() => path)
}
