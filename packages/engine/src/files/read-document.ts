import { type DocumentFormat, type DocumentRead, GateError, type Host } from '@gate/core'
import { codecOf } from '../codec/codec-of.js'
import { errnoOf } from './io-error.js'
import { clientText, clientValue } from './lenient-text.js'

/** Reads a client's file for override checks. See {@link Engine.readDocument}. */
export async function readDocument(host: Host, path: string, format: DocumentFormat): Promise<DocumentRead> {
  try {
    return await parseDocument((await clientText(host, path, format)) ?? '', format, path)
  } catch (error) {
    const known = asGateError(error, path)
    // For the client a link to nothing is no file; one that leads in a circle is an error for both.
    const isAbsent = known.code === 'file-dangling-link' && errnoOf(known.cause) === undefined
    return isAbsent ? { state: 'absent' } : { state: 'unreadable', error: known }
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
    return readAnyway(text, format, asGateError(error, name))
  }
}

async function readAnyway(text: string, format: DocumentFormat, error: GateError): Promise<DocumentRead> {
  try {
    const value = await clientValue(text, format)
    return value ? { state: 'parsed', value, lineOf: () => undefined } : { state: 'unreadable', error }
  } catch (cause) {
    // Not a syntax error, which the client would have found as well.
    return { state: 'unreadable', error: asGateError(cause, error.file ?? '') }
  }
}

/** Every fault of a file that somebody else wrote is told as one error type. */
export function asGateError(error: unknown, file: string): GateError {
  if (GateError.isInstance(error)) return error
  return new GateError({ code: 'io-failed', message: `gate cannot make sense of ${file}.`, file, cause: error })
}
