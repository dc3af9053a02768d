import type { Host } from '@gate/core'
import type { Check } from './check.js'

/** Oldest Node that this package says it runs on (`engines` of package.json). */
const OLDEST_NODE = [22, 18] as const

/** @param version `process.versions.node`. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const supported = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])
  const base = { id: 'node', title: 'Node' }
  if (supported) return { ...base, result: 'pass', detail: `version ${version}` }
  return {
    ...base,
    result: 'warn',
    detail: `version ${version} is older than ${OLDEST_NODE.join('.')}, which gate is tested on`,
    fix: 'Install a current Node from https://nodejs.org',
  }
}

/** gate's own directories: ours, and closed to everybody else. */
export async function checkDirectories(host: Host): Promise<Check> {
  const base = { id: 'directories', title: 'Directories' }
  const problems: string[] = []
  const toClose: string[] = []
  for (const directory of [host.directories.config, host.directories.state, host.directories.cache]) {
    const seen = await host.fs
      .lstat(host.toNative(directory))
      .catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
    if (seen === 'ENOENT' || host.platform === 'win32') continue
    if (typeof seen === 'string') problems.push(`${directory} cannot be read (${seen})`)
    else if (!seen.isDirectory()) problems.push(`${directory} is not a directory`)
    else if (host.process.uid !== undefined && seen.uid !== host.process.uid)
      problems.push(`${directory} belongs to another user`)
    else if ((seen.mode & 0o077) !== 0) {
      problems.push(`${directory} is open to others (mode ${(seen.mode & 0o777).toString(8)})`)
      toClose.push(directory)
    }
  }
  if (problems.length === 0) return { ...base, result: 'pass', detail: 'private, and yours' }
  const fix = toClose.length === problems.length ? { fix: `chmod 700 ${toClose.join(' ')}` } : {}
  return { ...base, result: 'fail', detail: problems.join('; '), ...fix }
}
