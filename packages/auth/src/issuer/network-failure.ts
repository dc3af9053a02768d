import { advice, GateError } from '@gate/core'
import { nameOfProxy, proxyError, type TransportFailure } from '@gate/transport'
import { IssuerFailure } from './issuer-failure.js'

/**
 * Names an exchange that did not lead to an answer of the issuer.
 *
 * @param limits Of the exchange: milliseconds, and bytes of a body.
 */
export function connectionFailure(
  failure: TransportFailure,
  limits: { readonly deadlineMs: number; readonly maxBodyBytes: number },
): IssuerFailure {
  const ofProxy = proxyError(failure)
  // Exit code 2: a variable that somebody has to correct.
  if (ofProxy) return new IssuerFailure(ofProxy.exitCode === 2 ? 'refused' : 'transient', ofProxy)
  const { origin, kind } = failure
  if (kind === 'too-large') {
    return new IssuerFailure(
      'transient',
      new GateError({
        code: 'issuer-error',
        message: `The answer of ${origin} is larger than ${limits.maxBodyBytes / 1024} KiB, so it is not what was asked for.`,
      }),
    )
  }
  const through = failure.proxy ? `, asked through the proxy ${nameOfProxy(failure.proxy)},` : ''
  return new IssuerFailure(
    'transient',
    new GateError({
      code: 'issuer-unreachable',
      message: `The issuer ${origin}${through} ${describe(failure, limits.deadlineMs)}.`,
      fix:
        kind === 'certificate'
          ? advice(
              'If your organisation has its own certificate authority, name it: {0}. Check this machine’s clock, too.',
              { action: 'setup', needs: ['ca-file'] },
            )
          : advice('Check the network (VPN, proxy) and the issuer URL, then run the command again.'),
    }),
  )
}

function describe({ kind, code, status }: TransportFailure, deadlineMs: number): string {
  switch (kind) {
    case 'timeout':
      return `did not answer within ${Math.round(deadlineMs / 1000)} seconds`
    case 'certificate':
      return `has a certificate that is not trusted (${code})`
    case 'dns':
      return `cannot be found in the DNS (${code})`
    case 'refused':
      return 'refuses connections'
    case 'reset':
    case 'not-http':
      return `broke the connection (${code})`
    case 'proxy-refused':
      return `cannot be reached, because the proxy answers ${status}`
    default:
      return code === '' ? 'cannot be reached' : `cannot be reached (${code})`
  }
}
