import type { Finding } from '@gate/core'

/** What a shim is for; together they make its path. */
export type ShimPurpose = Pick<ShimTarget, 'profile' | 'gatewayUrl'>

/** What a shim starts. All paths absolute. */
export interface ShimTarget {
  /** Profile that the shim hands out tokens of. */
  readonly profile: string
  /** Gateway that its clients send them to; when the profile is for another one, it hands out none. */
  readonly gatewayUrl: string
  /** Node executable. */
  readonly node: string
  /** Script of the token command; called as `node <script> token --profile <profile> …`. */
  readonly script: string
  /** Variables that `node` needs to run a script, upper case; written into the shim. Default: none. */
  readonly nodeEnvironment?: Readonly<Record<string, string>>
}

export interface ShimState {
  /** Absolute path of the shim, whether it exists or not. */
  readonly command: string
  readonly exists: boolean
  /** Node and script that it starts; undefined when it could not be read. */
  readonly node: string | undefined
  readonly script: string | undefined
  /**
   * `helper-missing`, `helper-not-executable`, `helper-foreign-owner`, `helper-changed`, `helper-node-missing`,
   * `helper-script-missing`; empty when everything is as written.
   */
  readonly problems: readonly Finding[]
}
