import { advice, GateError, type Host } from '@gate/core'
import { errnoOf, ioError, naming } from './io-error.js'

/** Makes renames and removals in a directory survive a power cut. */
export async function syncDirectory(host: Host, directory: string): Promise<void> {
  // Windows cannot open directories and journals its metadata itself.
  if (host.platform === 'win32') return
  const handle = await naming(directory, 'open', () => host.fs.open(directory, 'r'))
  try {
    await handle.sync()
  } catch (error) {
    // Some network and FUSE file systems have no fsync for directories.
    if (!['EINVAL', 'ENOTSUP', 'EISDIR', 'EBADF'].includes(errnoOf(error) ?? ''))
      throw ioError(error, directory, 'flush')
  } finally {
    await handle.close()
  }
}

/** The directories, outermost first, that have to be made before `directory` exists. */
export async function missingDirectories(host: Host, directory: string): Promise<string[]> {
  const missing: string[] = []
  for (let current = directory; ; current = host.path.dirname(current)) {
    try {
      await host.fs.stat(current)
      return missing
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw ioError(error, current, 'look at')
      missing.unshift(current)
      if (host.path.dirname(current) === current) return missing
    }
  }
}

/**
 * Makes directories that {@link missingDirectories} named, each 0700.
 *
 * @throws GateError `file-foreign-owner` when another user made one of them meanwhile, `io-failed`, `file-read-only`.
 */
export async function makeDirectories(host: Host, directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    try {
      await host.fs.mkdir(directory, { mode: 0o700 })
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw ioError(error, directory, 'create')
      await assertOurs(host, directory)
      continue
    }
    await syncDirectory(host, host.path.dirname(directory))
  }
}

/** Another process of this user was faster, which is as good. Another user has no business there. */
async function assertOurs(host: Host, directory: string): Promise<void> {
  const { uid } = await naming(directory, 'look at', () => host.fs.lstat(directory))
  if (host.process.uid === undefined || uid === host.process.uid) return
  throw new GateError({
    code: 'file-foreign-owner',
    message: `${directory} was made by user ${uid} while gate, which runs as user ${host.process.uid}, was about to. Nothing was changed.`,
    file: directory,
    fix: advice('Choose a place where other users cannot write.'),
  })
}

/** Removes directories that gate made, innermost first, as far as nothing is in them. */
export async function removeEmptyDirectories(host: Host, directories: readonly string[]): Promise<void> {
  for (const directory of directories.toReversed()) {
    try {
      await host.fs.rmdir(directory)
    } catch (error) {
      // In use by somebody else, or gone: both are fine, and nothing depends on it.
      if (errnoOf(error) === undefined) throw error
    }
  }
}
