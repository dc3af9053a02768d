import type { Host } from '../contract/host.js'
import { environmentVariable } from './environment-variable.js'

/** A directory that no repository and no other user puts files into: the root, on Windows that of the system. */
export function neutralDirectory(host: Pick<Host, 'platform' | 'path' | 'home' | 'env'>): string {
  if (host.platform === 'win32') return environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'
  return '/'
}
