import type { Host } from '../contract/host.js'

/** A variable of the host. Windows does not distinguish upper and lower case in names, and spells `Path` as it likes. */
export function environmentVariable(host: Pick<Host, 'env' | 'platform'>, name: string): string | undefined {
  const value = host.env[name]
  if (value !== undefined || host.platform !== 'win32') return value
  const key = Object.keys(host.env).find((candidate) => candidate.toUpperCase() === name.toUpperCase())
  return key === undefined ? undefined : host.env[key]
}
