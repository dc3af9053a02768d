import { constants } from 'node:fs'
import type { Host } from '@gate/core'
import { type Action, advice } from '@gate/core'
import { nearestThere, permissionFix, READ_ONLY_DISK } from '../../directories/own-directories.js'
import { shellWord } from '../../ownership/shell-word.js'
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
    fix: advice('Install a current Node from https://nodejs.org'),
  }
}

/**
 * Names a variable that switches the check of certificates off in every program that runs on Node. gate checks them all the
 * same; clients that run on Node do not. No check where it is not set.
 */
export function checkTlsVariable(env: Host['env']): Check[] {
  if (env.NODE_TLS_REJECT_UNAUTHORIZED !== '0') return []
  return [
    {
      id: 'tls',
      title: 'Certificates',
      result: 'warn',
      detail:
        'NODE_TLS_REJECT_UNAUTHORIZED=0 is set here: gate checks certificates all the same, but clients that run on Node send their token to anybody',
      fix: { action: 'run', command: 'unset NODE_TLS_REJECT_UNAUTHORIZED' },
    },
  ]
}

/** gate's own directories: ours, closed to everybody else, and to be written or made. */
export async function checkDirectories(host: Host): Promise<Check> {
  const base = { id: 'directories', title: 'Directories' }
  const { config, state, cache } = host.directories
  const looked = await Promise.all([config, state, cache].map((directory) => lookAt(host, directory)))
  const problems = looked.filter((problem) => problem !== undefined)
  if (problems.length === 0) return { ...base, result: 'pass', detail: 'private, and yours' }
  const fixes = problems.flatMap(({ fix }) => fix ?? [])
  return {
    ...base,
    result: 'fail',
    detail: problems.map(({ detail }) => detail).join('; '),
    // A command that helps with a part of it would look like the whole.
    ...(fixes.length < problems.length ? {} : { fix: allOf(fixes) }),
  }
}

/** Commands that each help with a part are one command; anything else is told first. */
function allOf(fixes: readonly Action[]): Action {
  const commands = new Set(fixes.map((fix) => (fix.action === 'run' ? fix.command : undefined)))
  const [first = advice('')] = fixes
  return commands.has(undefined) ? first : { action: 'run', command: [...commands].join(' && ') }
}

interface DirectoryProblem {
  readonly detail: string
  readonly fix?: Action
}

async function lookAt(host: Host, directory: string): Promise<DirectoryProblem | undefined> {
  // Windows has no modes, and its attribute "read-only" says nothing of a directory.
  if (host.platform === 'win32') return undefined
  const seen = await host.fs
    .lstat(host.toNative(directory))
    .catch((error: NodeJS.ErrnoException) => error.code ?? 'EIO')
  if (seen === 'ENOENT') {
    const parent = await nearestThere(host, directory)
    const refusal = await writeRefusal(host, parent)
    return refusal && { ...refusal, detail: `${directory} cannot be made, because ${refusal.detail}` }
  }
  if (typeof seen === 'string') return { detail: `${directory} cannot be read (${seen})` }
  if (!seen.isDirectory()) return { detail: `${directory} is not a directory` }
  if (host.process.uid !== undefined && seen.uid !== host.process.uid) {
    return { detail: `${directory} belongs to another user` }
  }
  if ((seen.mode & 0o077) !== 0) {
    const mode = (seen.mode & 0o777).toString(8)
    return {
      detail: `${directory} is open to others (mode ${mode})`,
      fix: { action: 'run', command: `chmod 700 ${shellWord(directory)}` },
    }
  }
  return writeRefusal(host, directory)
}

/** Asked of the system, because lists of rights and the mount have a say, too. */
async function writeRefusal(host: Host, directory: string): Promise<DirectoryProblem | undefined> {
  try {
    await host.fs.access(host.toNative(directory), constants.W_OK | constants.X_OK)
    return undefined
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'EIO'
    const fix = code === 'EROFS' ? READ_ONLY_DISK : await permissionFix(host, directory)
    return { detail: `${directory} cannot be written (${code})`, ...(fix === undefined ? {} : { fix }) }
  }
}
