import type { IncomingMessage } from 'node:http'

/** More came than was asked for. */
export class TooLarge extends Error {}

export interface BodyLimit {
  readonly bytes: number
  /** `fail`: {@link TooLarge}. `cut`: what came up to it, and of an event stream what came in time. */
  readonly beyond: 'fail' | 'cut'
}

/**
 * The body of an answer, decompressed: some servers compress without being asked. What cannot be unpacked is empty.
 *
 * @param time The time limit of the exchange.
 * @throws TooLarge, and the errors of the connection.
 */
export async function readBody(response: IncomingMessage, limit: BodyLimit, time: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = []
  try {
    await collect(response, limit, chunks)
  } catch (error) {
    // Some streams never end; what came before is the answer.
    const isStream = /event-stream/i.test(response.headers['content-type'] ?? '')
    if (!(limit.beyond === 'cut' && time.aborted && isStream && chunks.length > 0)) throw error
  }
  const bytes = Buffer.concat(chunks).subarray(0, limit.bytes)
  const encoding = response.headers['content-encoding']?.trim().toLowerCase()
  if (encoding === undefined || encoding === '' || encoding === 'identity' || bytes.length === 0) return bytes
  return unpack(bytes, encoding, limit)
}

async function unpack(bytes: Buffer, encoding: string, limit: BodyLimit): Promise<Buffer> {
  const { constants, createBrotliDecompress, createUnzip } = await import('node:zlib')
  // The body may have been cut at the limit.
  const unpacking =
    encoding === 'br'
      ? createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH })
      : createUnzip({ finishFlush: constants.Z_SYNC_FLUSH })
  unpacking.end(bytes)
  const chunks: Buffer[] = []
  try {
    await collect(unpacking, limit, chunks)
  } catch (error) {
    if (error instanceof TooLarge) throw error
    return Buffer.alloc(0)
  }
  return Buffer.concat(chunks).subarray(0, limit.bytes)
}

/** Stops reading at the limit, so that a small body that unpacks to a large one takes no more memory than others. */
async function collect(from: AsyncIterable<Buffer>, { bytes, beyond }: BodyLimit, chunks: Buffer[]): Promise<void> {
  let length = 0
  for await (const chunk of from) {
    chunks.push(chunk)
    length += chunk.length
    if (length > bytes && beyond === 'fail') throw new TooLarge()
    if (length >= bytes && beyond === 'cut') return
  }
}
