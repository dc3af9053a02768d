import { GateError, type Host } from '@gate/core'
import { errnoOf, ioError } from '../files/io-error.js'
import { resolveTarget } from '../files/resolve-target.js'
import type { FileReceipt } from './receipt.js'

/**
 * Where the file of a receipt is now: where it was written, or, when it is not there any more, where its name leads
 * (somebody moved it into or out of a dotfiles repository). Undefined when it is gone.
 *
 * @throws GateError `file-dangling-link` for a link into a directory that is not there, because the file may come back
 * with it, as when a disk is mounted; what `resolveTarget` throws for a place that is no file.
 */
export async function locate(host: Host, file: FileReceipt): Promise<{ path: string; real: string } | undefined> {
  for (const path of new Set([file.target, file.path])) {
    try {
      const target = await resolveTarget(host, path)
      if (target.stat) return { path, real: target.real }
    } catch (error) {
      if (!GateError.isInstance(error) || error.code !== 'file-dangling-link') throw error
      if (await leadsIntoNothing(host, path)) throw error
    }
  }
  return undefined
}

// As many as the systems follow.
const MAX_LINKS = 40

/** Whether the dangling link on a path leads into a directory that does not exist; false for links that form a loop. */
async function leadsIntoNothing(host: Host, path: string): Promise<boolean> {
  let at = await lowestThere(host, path)
  for (let links = 0; links < MAX_LINKS; links++) {
    const link = await lowestThere(host, at)
    const to = await host.fs.readlink(link).catch(() => undefined)
    // What is there is no link: everything below it is missing.
    if (to === undefined) return link !== host.path.dirname(at)
    at = host.path.resolve(host.path.dirname(link), to, host.path.relative(link, at))
  }
  return false
}

/** The path itself when something is there, a dangling link counting as that, or else the lowest directory above it. */
async function lowestThere(host: Host, path: string): Promise<string> {
  for (let current = path; ; current = host.path.dirname(current)) {
    try {
      await host.fs.lstat(current)
      return current
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw ioError(error, path, 'look at')
      if (host.path.dirname(current) === current) return current
    }
  }
}
