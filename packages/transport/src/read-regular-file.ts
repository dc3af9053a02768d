import { constants } from 'node:fs'
import type { HostFileSystem } from '@gate/core'

/** Bytes; far more than the certificates of all public authorities. */
const LARGEST = 4 * 1024 * 1024
const PIECE = 64 * 1024

/**
 * The text of a file that somebody named, e.g. of certificates. Only a regular file of a sensible size: a device never
 * ends, and a FIFO waits for a writer.
 *
 * @param path On the machine that runs.
 * @param largest Bytes. Default 4 MiB.
 * @throws Error that says in words that follow the path why it is not read, or the system's error.
 */
export async function readRegularFile(
  fs: Pick<HostFileSystem, 'open'>,
  path: string,
  largest = LARGEST,
): Promise<string> {
  const handle = await fs.open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    if (!(await handle.stat()).isFile()) throw new Error('is not a regular file')
    const pieces: Buffer[] = []
    // Counted while it is read, because the size that the system tells is no promise.
    for (let size = 0; ; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(PIECE), 0, PIECE, null)
      if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8')
      size += bytesRead
      if (size > largest) throw new Error(`is larger than ${largest / 1024} KiB`)
      pieces.push(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
}
