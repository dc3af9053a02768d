import type { Host } from '@gate/core'
import { removeFile } from './atomic-write.js'
import { syncDirectory } from './directories.js'
import { errnoOf, ioError } from './io-error.js'

/** A symbolic link that goes together with the file that it leads to. */
export interface FileLink {
  readonly path: string
  /** As the link says it. */
  readonly to: string
}

/** Removes a link that still leads where it did; being gone already is fine. */
export async function removeLink(host: Host, { path, to }: FileLink): Promise<void> {
  if ((await host.fs.readlink(path).catch(() => undefined)) === to) await removeFile(host, path)
}

/** Makes a link again, unless something is in its place. */
export async function restoreLink(host: Host, { path, to }: FileLink): Promise<void> {
  try {
    await host.fs.symlink(to, path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw ioError(error, path, 'link')
  }
  await syncDirectory(host, host.path.dirname(path))
}
