/**
 * `unreachable`: the system gave another reason, which is the code. `aborted` is not among them: whoever aborts gets the
 * reason of the signal.
 *
 * `proxy-invalid`, `proxy-unsupported`: the variable holds nothing that can be used. `proxy-unreachable`: no answer came
 * from the proxy, see {@link TransportFailure.reason}. `proxy-auth-required`: it wants a user name and a password, or
 * others. `proxy-refused`: it answered, and does not lead to the target.
 */
export type TransportFailureKind =
  | FailureReason
  | 'too-large'
  | 'proxy-invalid'
  | 'proxy-unsupported'
  | 'proxy-unreachable'
  | 'proxy-auth-required'
  | 'proxy-refused'

/** Why a connection did not lead to an answer. */
export type FailureReason = 'dns' | 'refused' | 'reset' | 'certificate' | 'timeout' | 'not-http' | 'unreachable'

/** What may be told of a proxy: never a user name or a password. */
export interface ProxyName {
  /** Variable of the environment that names it. */
  readonly variable: string
  /** Undefined when the variable holds no URL. */
  readonly origin: string | undefined
  /** True when the variable holds a user name or a password. */
  readonly hasCredentials: boolean
}

interface TransportFailureInit {
  readonly kind: TransportFailureKind
  /** Origin of the URL that was asked. */
  readonly origin: string
  readonly proxy?: ProxyName | undefined
  /** Default: none. */
  readonly reason?: FailureReason
  /** Code of Node or of the system, e.g. `ECONNREFUSED`. Default: empty. */
  readonly code?: string
  /** In the words of Node, which name hosts and addresses and nothing secret. Default: the kind. */
  readonly detail?: string
  /** Status of the proxy's answer. */
  readonly status?: number
}

/** Why an exchange did not lead to an answer, as data: callers say it in their own words. */
export class TransportFailure extends Error {
  readonly kind: TransportFailureKind
  readonly origin: string
  /** The proxy that was used or was to be used. */
  readonly proxy: ProxyName | undefined
  /** What happened on the way to the proxy, when it is unreachable. */
  readonly reason: FailureReason | undefined
  readonly code: string
  readonly detail: string
  readonly status: number | undefined

  constructor(init: TransportFailureInit) {
    const detail = init.detail ?? init.kind
    super(`${init.origin}: ${detail}`)
    this.name = 'TransportFailure'
    this.kind = init.kind
    this.origin = init.origin
    // Only these, because callers pass more than may be told.
    this.proxy = init.proxy && named(init.proxy)
    this.reason = init.reason
    this.code = init.code ?? ''
    this.detail = detail
    this.status = init.status
  }
}

function named({ variable, origin, hasCredentials }: ProxyName): ProxyName {
  return { variable, origin, hasCredentials }
}
