import type { Host } from '@gate/core'

/** Whether a path leads to a directory; false when that cannot be found out. */
export async function isDirectory(host: Host, path: string): Promise<boolean> {
  return host.fs.stat(path).then(
    (stat) => stat.isDirectory(),
    () => false,
  )
}

/** Whether a path leads to a file; false when that cannot be found out. */
export async function isFile(host: Host, path: string): Promise<boolean> {
  return host.fs.stat(path).then(
    (stat) => stat.isFile(),
    () => false,
  )
}
