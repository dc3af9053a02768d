import type { IncomingMessage } from 'node:http'
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import type { RecordedRequest } from '../contract.js'

/** A request while it is being answered: the server fills in what it learns. */
export type OpenRecord = { -readonly [Key in keyof RecordedRequest]: RecordedRequest[Key] }

/** Starts the record of a request, before its body is read. */
export function openRecord(req: IncomingMessage): OpenRecord {
  const url = new URL(req.url ?? '/', 'http://gateway')
  const { authorization, 'x-api-key': apiKey } = req.headers
  return {
    method: req.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { ...req.headers },
    body: undefined,
    time: Date.now(),
    bearer: bearerOf(authorization),
    apiKey: typeof apiKey === 'string' ? apiKey : undefined,
    token: undefined,
    status: undefined,
    failure: undefined,
    closedByClient: false,
  }
}

/** An empty credential (`Bearer `, from a client whose helper failed) is an empty string, none at all is undefined. */
function bearerOf(authorization: string | undefined): string | undefined {
  const match = /^Bearer(?:\s+(.*))?$/i.exec(authorization?.trim() ?? '')
  return match ? (match[1] ?? '') : undefined
}

/** Reads a body and makes JSON of it when it is JSON. */
export async function readBody(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  if (chunks.length === 0) return undefined
  const text = decode(Buffer.concat(chunks), req.headers['content-encoding']).toString('utf8')
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function decode(bytes: Buffer, encoding: string | undefined): Buffer {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(bytes)
    case 'deflate':
      return inflateSync(bytes)
    case 'br':
      return brotliDecompressSync(bytes)
    case 'zstd':
      return zstdDecompressSync(bytes)
    default:
      return bytes
  }
}
