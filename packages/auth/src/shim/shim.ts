import type { Helper, Host } from '@gate/core'
import type { ShimState, ShimTarget } from './contract.js'

/** Writes `<state>/bin/gate-token-<profile>` (`.cmd` on Windows), 0700; equal bytes are not rewritten. */
export declare function writeShim(host: Host, target: ShimTarget): Promise<Helper>
/** Removes the shim of a profile; true when there was one. */
export declare function removeShim(host: Host, profile: string): Promise<boolean>
/** Looks at the shim of a profile without running it. */
export declare function inspectShim(host: Host, profile: string): Promise<ShimState>
