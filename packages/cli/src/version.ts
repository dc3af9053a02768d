import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageDirectory } from '@gate/sdk'

/** Version of this package. */
export function gateVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageDirectory(), 'package.json'), 'utf8'))
  return (manifest as { version: string }).version
}
