import type { FailureReason } from './transport-failure.js'

/** Codes of OpenSSL's verification, by `X509_verify_cert_error_string`, and Node's own for a name that does not fit. */
const CERTIFICATE =
  /CERT|^UNABLE_TO_(?:GET|VERIFY|DECODE|DECRYPT)|^(?:INVALID_(?:CA|PURPOSE)|HOSTNAME_MISMATCH|CRL_HAS_EXPIRED)$/

/** Names the reason in the error of a socket, of TLS or of the parser. Pure. */
export function failureReason(error: unknown): { reason: FailureReason; code: string; detail: string } {
  const code = codeOf(error)
  return { reason: reasonOf(code), code, detail: wordsOf(error, code) }
}

function reasonOf(code: string): FailureReason {
  if (CERTIFICATE.test(code)) return 'certificate'
  if (code.startsWith('HPE_')) return 'not-http'
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'dns'
    case 'ECONNREFUSED':
      return 'refused'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset'
    default:
      return 'unreachable'
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : ''
}

function wordsOf(error: unknown, code: string): string {
  if (!(error instanceof Error)) return String(error)
  // A server that hangs up without a word, and one that speaks something else.
  if (code === 'ECONNRESET') return 'the connection ended before the answer was complete (ECONNRESET)'
  if (code.startsWith('HPE_')) return `the answer is not HTTP/1.1 (${code})`
  // Node joins the attempts on several addresses into one AggregateError with an empty message.
  const message = error.message === '' && error instanceof AggregateError ? String(error.errors[0]) : error.message
  return code === '' || message.includes(code) ? message : `${message} (${code})`
}
