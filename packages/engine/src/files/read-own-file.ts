import { advice, GateError, type Host } from '@gate/core'
import { errnoOf, ioError } from './io-error.js'

/**
 * Reads one of gate's own records. What it says is carried out, so it counts only when this user wrote it: neither a link,
 * nor somebody else's, nor writable by others. Undefined when there is none.
 *
 * @throws GateError `file-foreign-owner`, `file-not-regular`, `io-failed`.
 */
export async function readOwnFile(host: Host, path: string): Promise<string | undefined> {
  try {
    const stats = await host.fs.lstat(path)
    if (!stats.isFile()) {
      throw new GateError({
        code: 'file-not-regular',
        message: `${path} is not a file as gate writes it. Nothing was changed.`,
        file: path,
        fix: advice(`Look at what is at ${path} and move it away.`),
      })
    }
    const { uid } = host.process
    if (uid !== undefined && stats.uid !== uid) {
      throw foreign(path, `belongs to user ${stats.uid}, but gate runs as user ${uid}`)
    }
    if (uid !== undefined && (stats.mode & 0o002) !== 0) throw foreign(path, 'may be written by other users')
    return await host.fs.readFile(path, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw ioError(error, path, 'read')
  }
}

function foreign(path: string, what: string): GateError {
  return new GateError({
    code: 'file-foreign-owner',
    message: `${path}, one of gate's own records, ${what}. Nothing was changed.`,
    file: path,
    fix: advice(`Look at ${path}; unless you know it, remove it.`),
  })
}
