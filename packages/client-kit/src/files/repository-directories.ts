import type { Host } from '@gate/core'

/**
 * The working directory and those above it, nearest first: up to the repository's root, and without a repository up to the
 * root of the file system. Reads only.
 */
export async function repositoryDirectories(
  host: Host,
): Promise<{ readonly directories: readonly string[]; readonly isRepository: boolean }> {
  const { dirname, join } = host.path
  const directories: string[] = []
  for (let current = host.cwd; ; current = dirname(current)) {
    directories.push(current)
    const isRepository = await host.fs.stat(join(current, '.git')).then(
      () => true,
      () => false,
    )
    if (isRepository || dirname(current) === current) return { directories, isRepository }
  }
}
