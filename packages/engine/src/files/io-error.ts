import { advice, GateError } from '@gate/core'

const READ_ONLY = new Set(['EACCES', 'EPERM', 'EROFS', 'EBUSY'])
const FULL = new Set(['ENOSPC', 'EDQUOT'])

/** The `code` of a system error, e.g. `ENOENT`; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

/**
 * Turns a system error into the typed error that names the file and what helps. Errors of another kind are returned as
 * they are.
 *
 * @param file The file or directory that was worked on.
 * @param doing What gate was doing, as it fits after "cannot", e.g. `read`.
 */
export function ioError(error: unknown, file: string, doing: string): unknown {
  const errno = errnoOf(error)
  if (errno === undefined || GateError.isInstance(error)) return error
  if (FULL.has(errno)) {
    return new GateError({
      code: 'disk-full',
      message: `gate cannot ${doing} ${file}: no space is left on that disk (${errno}). Nothing was changed.`,
      file,
      fix: advice('Free some space and run the command again.'),
      cause: error,
    })
  }
  if (READ_ONLY.has(errno)) {
    return new GateError({
      code: 'file-read-only',
      message: `gate cannot ${doing} ${file}: the system does not allow it (${errno}).`,
      file,
      fix: advice(`Check the permissions of ${file} and of its directory, and whether another program holds it open.`),
      cause: error,
    })
  }
  if (errno === 'ELOOP') {
    return new GateError({
      code: 'file-dangling-link',
      message: `gate cannot ${doing} ${file}: its symbolic links form a loop.`,
      file,
      fix: advice(`Repair the link ${file}.`),
      cause: error,
    })
  }
  if (errno === 'ENOTDIR' || errno === 'EISDIR') {
    return new GateError({
      code: 'file-not-regular',
      message: `gate cannot ${doing} ${file}: a directory stands where a file belongs, or the other way round (${errno}).`,
      file,
      fix: advice(`Look at what is at ${file} and move it away.`),
      cause: error,
    })
  }
  return new GateError({
    code: 'io-failed',
    message: `gate cannot ${doing} ${file} (${errno}).`,
    file,
    cause: error,
  })
}

/** Runs one step that touches the disk and gives its system errors the file's name. */
export async function naming<T>(file: string, doing: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    throw ioError(error, file, doing)
  }
}
