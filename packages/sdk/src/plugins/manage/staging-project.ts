import { randomUUID } from 'node:crypto'
import type { Host } from '@gate/core'
import { proofDirectory } from '../../directories/own-directories.js'

/**
 * Makes an empty project in gate's cache directory, and takes it away again whatever happens; the parents, too, that
 * were made for it.
 */
export async function inStagingProject<T>(host: Host, use: (directory: string) => Promise<T>): Promise<T> {
  const directory = host.path.join(proofDirectory(host), `staging-${randomUUID()}`)
  const first = await host.fs.mkdir(directory, { recursive: true, mode: 0o700 })
  try {
    const manifest = { name: 'gate-plugin-staging', private: true }
    await host.fs.writeFile(host.path.join(directory, 'package.json'), JSON.stringify(manifest))
    return await use(directory)
  } finally {
    await host.fs.rm(directory, { recursive: true, force: true })
    for (let parent = host.path.dirname(directory); first !== undefined && parent.length >= first.length; ) {
      // Something else may live there by now.
      await host.fs.rmdir(parent).catch(() => undefined)
      parent = host.path.dirname(parent)
    }
  }
}
