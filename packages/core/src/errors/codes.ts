/**
 * Every error code with the exit code it leads to.
 * 1 failed · 2 usage or invalid configuration · 3 login required · 5 refused to touch a file · 6 unreachable.
 */
export const ERROR_CODES = {
  // configuration and usage
  'invalid-argument': 2,
  'invalid-config': 2,
  'not-configured': 2,
  'unknown-client': 2,
  'unknown-profile': 2,
  'client-not-installed': 2,
  'client-too-old': 2,
  'clients-still-configured': 2,
  'other-gateway': 2,
  // sign-in
  'login-required': 3,
  'login-pending': 3,
  'login-denied': 3,
  'login-timeout': 3,
  'login-failed': 1,
  'callback-port-busy': 1,
  'token-invalid': 1,
  'token-too-large': 1,
  'clock-skew': 1,
  // files of clients
  'file-unparsable': 5,
  'file-wrong-shape': 5,
  'file-duplicate-key': 5,
  'file-foreign-value': 5,
  'file-other-client': 5,
  'file-read-only': 5,
  'file-foreign-owner': 5,
  'file-not-regular': 5,
  'file-dangling-link': 5,
  'file-away': 5,
  'file-changed': 5,
  'client-running': 5,
  'client-refuses-file': 5,
  'elevation-refused': 5,
  'path-outside': 5,
  'disk-full': 1,
  'io-failed': 1,
  // gate's own state
  'lock-timeout': 1,
  'lock-lost': 1,
  'ledger-corrupt': 1,
  'ledger-newer': 1,
  'recovery-conflict': 5,
  'edit-invalid': 1,
  'result-mismatch': 1,
  // the network
  'gateway-unreachable': 6,
  'gateway-redirects': 2,
  'protocol-not-spoken': 1,
  'token-rejected': 1,
  'issuer-unreachable': 6,
  'issuer-invalid': 1,
  'issuer-error': 1,
  'proxy-unreachable': 6,
  'proxy-auth-required': 6,
  'proxy-unsupported': 2,
  // secrets
  'secret-store-unavailable': 1,
  'secret-store-locked': 1,
  'secret-store-read-only': 1,
  'secret-store-corrupt': 1,
  'secret-store-full': 1,
  'secret-store-timeout': 1,
  'secret-store-lost-write': 1,
  'secret-store-insecure': 1,
  'secret-store-version': 1,
  // plugins
  'plugin-invalid': 1,
  'plugin-failed': 1,
  'package-manager-unknown': 2,
  'package-manager-failed': 1,
  interrupted: 130,
  internal: 1,
} as const satisfies Record<string, number>

export type GateErrorCode = keyof typeof ERROR_CODES

/** @param code A code of {@link ERROR_CODES}; one from a newer copy of core counts as a plain failure. */
export function exitCodeOf(code: string): number {
  return (ERROR_CODES as Record<string, number>)[code] ?? 1
}
