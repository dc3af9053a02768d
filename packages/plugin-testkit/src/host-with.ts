import type { Host } from '@gate/core'
import { createEngine } from '@gate/engine'

/**
 * Returns a copy of a host with other parts, and with an engine that works on the copy. Spread alone, the copy would keep
 * the engine of the original, which sees nothing of the new parts.
 *
 * @example
 * const denied = hostWith(host, { fs: { ...host.fs, readFile: refuse } })
 */
export function hostWith<H extends Host>(host: H, parts: Partial<Host>): H {
  const copy = { ...host, ...parts }
  return Object.assign(copy, { engine: createEngine(copy) })
}
