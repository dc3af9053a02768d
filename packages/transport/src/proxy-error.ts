import { advice, GateError } from '@gate/core'
import type { FailureReason, ProxyName, TransportFailure } from './transport-failure.js'

/**
 * The error of gate for what went wrong with the proxy, whoever was asked through it. Pure.
 *
 * @returns Undefined for a failure that is not the proxy's.
 */
export function proxyError(failure: TransportFailure): GateError | undefined {
  const { kind, proxy } = failure
  if (proxy === undefined) return undefined
  const { variable } = proxy
  const name = nameOfProxy(proxy)
  switch (kind) {
    case 'proxy-invalid':
      return new GateError({
        code: 'invalid-config',
        message: `The address of the proxy in ${variable} is not a URL that can be used.`,
        fix: advice(
          `Correct ${variable}; characters such as # / ? @ and % in a user name or password are written as %23 %2F %3F %40 and %25.`,
        ),
      })
    case 'proxy-unsupported':
      return new GateError({
        code: 'proxy-unsupported',
        message: `${variable} names a SOCKS proxy, which gate does not speak to; ${failure.origin} was not asked.`,
        fix: advice(`Set ${variable} to an HTTP proxy (http://HOST:PORT), or exempt the host with NO_PROXY.`),
      })
    case 'proxy-auth-required':
      return new GateError({
        code: 'proxy-auth-required',
        message: proxy.hasCredentials
          ? `The proxy ${name} does not accept the user name and password in ${variable} (407).`
          : `The proxy ${name} wants a user name and a password, and ${variable} holds none (407).`,
        fix: advice(
          `Set ${variable} to http://USER:PASSWORD@HOST:PORT; characters such as # / ? @ and % are written as %23 %2F %3F %40 and %25.`,
        ),
      })
    case 'proxy-unreachable':
      return new GateError({
        code: 'proxy-unreachable',
        message: `The proxy ${name} ${describe(failure)}, so ${failure.origin} was not reached.`,
        fix: advice(`Check the network and ${variable}, or exempt the host with NO_PROXY.`),
      })
    default:
      return undefined
  }
}

/** A proxy by address and variable, for messages. Pure. */
export function nameOfProxy({ origin, variable }: ProxyName): string {
  return origin === undefined ? `of ${variable}` : `${origin} (${variable})`
}

function describe({ reason, code, detail }: TransportFailure): string {
  const words: Record<FailureReason, string> = {
    dns: `cannot be found in the DNS (${code})`,
    refused: 'refuses connections',
    reset: `broke the connection (${code})`,
    certificate: `has a certificate that is not trusted (${code})`,
    timeout: 'did not answer in time',
    'not-http': `does not speak HTTP (${code})`,
    unreachable: `cannot be reached (${detail})`,
  }
  return words[reason ?? 'unreachable']
}
