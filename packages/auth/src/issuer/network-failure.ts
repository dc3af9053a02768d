import { GateError } from '@gate/core'
import { IssuerFailure } from './issuer-failure.js'

const CERTIFICATE_CODES = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

/**
 * Names a connection that did not lead to an HTTP answer.
 *
 * @param timedOutAfterMs The time limit, when that ended it.
 */
export function connectionFailure(error: unknown, target: URL, timedOutAfterMs: number | undefined): IssuerFailure {
  const code = codeOf(error)
  const reason =
    timedOutAfterMs === undefined
      ? describe(code)
      : `did not answer within ${Math.round(timedOutAfterMs / 1000)} seconds`
  return new IssuerFailure(
    'transient',
    new GateError({
      code: 'issuer-unreachable',
      message: `The issuer ${target.origin} ${reason}.`,
      fix: CERTIFICATE_CODES.has(code)
        ? 'If your organisation has its own certificate authority, name it: gate setup --ca-file FILE. Check this machine’s clock, too.'
        : 'Check the network (VPN, proxy) and the issuer URL, then run the command again.',
    }),
  )
}

function describe(code: string): string {
  if (CERTIFICATE_CODES.has(code)) return `has a certificate that is not trusted (${code})`
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `cannot be found in the DNS (${code})`
    case 'ECONNREFUSED':
      return 'refuses connections'
    case 'ECONNRESET':
    case 'EPIPE':
    case 'HPE_INVALID_CONSTANT':
      return `broke the connection (${code})`
    default:
      return code === '' ? 'cannot be reached' : `cannot be reached (${code})`
  }
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]+$/.test(code) ? code : ''
}
