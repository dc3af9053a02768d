import { compareVersions } from '@gate/core'

/** What gate's tables were played on. 0.117.0 runs no token helper and sends requests without a token. */
export const VERSIONS = { oldest: '0.118.0', tried: ['0.120.0', '0.134.0', '0.171.0'] } as const

/** Versions after which Codex is known to do something: the last one that was seen without it. */
export const LAST_WITHOUT = {
  /** It starts although nobody answers where commands are to run. */
  lateExecServer: '0.120.0',
  /** Rules of a project that the user does not trust are passed over. */
  trustedRules: '0.120.0',
  /** Providers in a project's file are passed over. */
  projectsWithoutProviders: '0.128.0',
  /** A profile is a file of its own, and the key `profile` is refused. */
  profileFiles: '0.133.0',
  /** A file with the login that is no JSON is passed over. */
  brokenLogin: '0.142.0',
  /** `requirements.toml` pins providers. */
  requiredProviders: '0.155.0',
} as const

/** Whether a version does what {@link LAST_WITHOUT} names. One that is not known is taken for the newest. Pure. */
export function knows(version: string | undefined, feature: keyof typeof LAST_WITHOUT): boolean {
  return version === undefined || compareVersions(version, LAST_WITHOUT[feature]) > 0
}
