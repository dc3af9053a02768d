import type { Host } from '@gate/core'
import type { Auth, AuthInit } from './contract.js'

/**
 * Sign-in of one profile.
 *
 * @param host The machine.
 * @param init Profile, secret store and how to start a login; see {@link AuthInit}.
 */
export declare function createAuth(host: Host, init: AuthInit): Auth
