import { compareVersions } from '@gate/core'

/** What gate's tables were played on, and the oldest version that runs a helper (seen in 0.2.125, not in 0.2.100). */
export const VERSIONS = {
  oldest: '0.2.125',
  tried: ['1.0.124', '2.0.34', '2.1.158', '2.1.197', '2.1.332'],
} as const

/** Versions after which Claude Code is known to do something: the last one that was seen without it. */
export const LAST_WITHOUT = {
  /** `managed-settings.d`. */
  dropIns: '2.0.34',
  /** Settings files in UTF-16. */
  utf16: '2.0.34',
  /**
   * Modes that run no helper, a login that an administrator demands, a socket in the place of an address, and another
   * configuration directory named by settings.
   */
  startSwitches: '2.0.34',
  /** Microsoft Foundry, Claude on AWS as a provider of its own, and those that came after them. */
  newerClouds: '2.0.34',
  /** `settings.local.json` of the repository's root and of the main checkout. */
  repositoryLocal: '2.1.197',
  /** The union of the `env` blocks of all managed sources. */
  environmentUnion: '2.1.222',
  /** A start that fails over managed settings which are no JSON. */
  strictManaged: '2.1.197',
  /** Limits of an administrator on versions and models. */
  startLimits: '2.1.158',
  /** A socket that the shell alone can name. */
  shellSocketOnly: '2.1.197',
  /** `ALL_PROXY`. */
  allProxy: '2.1.197',
  /** Managed settings of which a key of a wrong type is skipped alone. */
  lenientManaged: '2.1.158',
  /** `sandbox.failIfUnavailable`. */
  demandedSandbox: '2.0.34',
  /** `policyHelpers` in managed settings. */
  policyHelpers: '2.1.197',
  /** Sign-in to a Claude apps gateway. */
  gatewayLogin: '2.1.194',
  /** Telemetry that carries no token of the helper. */
  telemetryWithoutToken: '2.1.251',
  /** `claude auth status`. */
  authStatus: '2.1.157',
} as const

/** Whether a version does what {@link LAST_WITHOUT} names. One that is not known is taken for the newest. Pure. */
export function knows(version: string | undefined, feature: keyof typeof LAST_WITHOUT): boolean {
  return version === undefined || compareVersions(version, LAST_WITHOUT[feature]) > 0
}
