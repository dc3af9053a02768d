import { advice, GateError, type Host } from '@gate/core'
import { errnoOf, ioError } from '../files/io-error.js'
import type { Anchor, FileReceipt } from './receipt.js'

/**
 * The directory that stands whatever becomes of the file and of the directories that gate made for it; undefined when it
 * is gone by now.
 *
 * @param file Where the file really is.
 * @param created Directories that gate made on the way, outermost first.
 */
export async function anchorOf(host: Host, file: string, created: readonly string[]): Promise<Anchor | undefined> {
  const path = host.path.dirname(created.find((directory) => file.startsWith(directory + host.path.sep)) ?? file)
  const id = await idOf(host, path)
  return id === undefined ? undefined : { path, id }
}

/** Whether the file of a receipt, which was not found, may still be somewhere. */
export async function isAway(host: Host, { anchor }: FileReceipt): Promise<boolean> {
  return anchor !== undefined && (await idOf(host, anchor.path)) !== anchor.id
}

/** The error for a file that cannot be undone now, and must not be forgotten either. */
export function awayError(host: Host, { path, anchor }: FileReceipt): GateError {
  const directory = anchor?.path ?? host.path.dirname(path)
  return new GateError({
    code: 'file-away',
    message: `${path} is away: ${directory} is not the directory that gate wrote in, as when a volume is not mounted. Nothing was changed, and gate still remembers what stood in the file.`,
    file: path,
    fix: advice(`Bring ${directory} back and run the command again. If it is gone for good, run it with --force.`),
  })
}

async function idOf(host: Host, directory: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await host.fs.stat(directory, { bigint: true })
    return `${dev}:${ino}`
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined
    throw ioError(error, directory, 'look at')
  }
}
