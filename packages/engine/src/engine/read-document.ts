import { type DocumentFormat, type DocumentRead, GateError, type Host } from '@gate/core'
import { codecOf } from '../codec/codec.js'
import { takeSnapshot } from './snapshot.js'

/** Reads a client's file for override checks. See {@link Engine.readDocument}. */
export async function readDocument(host: Host, path: string, format: DocumentFormat): Promise<DocumentRead> {
  try {
    const { text } = await takeSnapshot(host, path)
    return await parseDocument(text ?? '', format, path)
  } catch (error) {
    return { state: 'unreadable', error: asGateError(error, path) }
  }
}

/** Parses a document of a client. See {@link Engine.parseDocument}. */
export async function parseDocument(text: string, format: DocumentFormat, name: string): Promise<DocumentRead> {
  try {
    if (/^\uFEFF?\s*$/.test(text)) return { state: 'absent' }
    const codec = await codecOf(format === 'jsonc' ? 'json' : format)
    const { value, lineOf } = codec.read(text, { file: name, dialect: format === 'json' ? 'strict' : 'jsonc' })
    return { state: 'parsed', value, lineOf }
  } catch (error) {
    return { state: 'unreadable', error: asGateError(error, name) }
  }
}

/** Every fault of a file that somebody else wrote is told as one error type. */
export function asGateError(error: unknown, file: string): GateError {
  if (GateError.isInstance(error)) return error
  return new GateError({ code: 'io-failed', message: `gate cannot make sense of ${file}.`, file, cause: error })
}
