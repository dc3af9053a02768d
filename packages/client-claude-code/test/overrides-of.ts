import type { Connection, Host, Override } from '@gate/core'
import { detect } from '../src/detect.js'
import { overrides as ofDetected } from '../src/overrides.js'

/** The overrides of a machine as it is found. */
export async function overrides(host: Host, connection: Connection | undefined): Promise<readonly Override[]> {
  return ofDetected(host, connection, await detect(host))
}
