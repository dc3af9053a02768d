import { type Action, checkProfileName, type Finding, GateError, gatePaths, type Helper, type Host } from '@gate/core'
import { atomicWrite, errnoOf, ioError } from '@gate/engine'
import type { ShimPurpose, ShimState, ShimTarget } from './contract.js'
import { helperPath } from './helper-path.js'
import { procTellsTime } from './proc-clock.js'
import { batchShim, parseShim, posixShim, shimEnvironment } from './shim-text.js'

const REPAIR: Action = { action: 'setup' }

/**
 * Writes the executable that clients are given, 0700. Its path stays the same as long as the gateway does ({@link helperPath}), so that a new Node or a new gate needs no change in any client's file. Equal bytes are not rewritten.
 *
 * @throws GateError `invalid-argument` when a path is not absolute or cannot be called, `invalid-config` for a bad
 *   profile name, `disk-full`, `file-read-only`, `io-failed`.
 */
export async function writeShim(host: Host, target: ShimTarget): Promise<Helper> {
  for (const path of [target.node, target.script]) {
    if (!host.path.isAbsolute(path) || path.includes('\0')) {
      throw new GateError({ code: 'invalid-argument', message: `The helper needs absolute paths, but got "${path}".` })
    }
  }
  const command = shimPath(host, target)
  const text = await shimText(host, target)
  if ((await inspectFile(host, command)).text !== text) await atomicWrite(host, command, text, { mode: 0o700 })
  else if (host.platform !== 'win32') await host.fs.chmod(command, 0o700)
  return { command, args: [] }
}

/** Removes a shim by its path; true when there was one. */
export async function removeShim(host: Host, command: string): Promise<boolean> {
  try {
    await host.fs.unlink(command)
    return true
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false
    throw ioError(error, command, 'remove')
  }
}

/** Every shim that is there, by name: whatever gateway it is for, and whatever became of its text. */
export async function listShims(
  host: Host,
): Promise<readonly { readonly command: string; readonly profile: string }[]> {
  const { bin } = gatePaths(host)
  const names = await host.fs.readdir(bin).catch((): string[] => [])
  return names.flatMap((name) => {
    const profile = /^gate-token-(.+)-[0-9a-f]{8}(?:\.cmd)?$/.exec(name)?.[1]
    return profile === undefined ? [] : [{ command: host.path.join(bin, name), profile }]
  })
}

/** Looks at the shim of a profile and its gateway, and at what it starts, without running it. */
export async function inspectShim(host: Host, { profile, gatewayUrl }: ShimPurpose): Promise<ShimState> {
  const command = shimPath(host, { profile, gatewayUrl })
  const { text, stats } = await inspectFile(host, command)
  if (text === undefined || stats === undefined) {
    const problem = problemOf(command, 'missing', `The helper ${command} is missing.`)
    return { command, exists: false, node: undefined, script: undefined, problems: [problem] }
  }
  const problems: Finding[] = []
  const add = (code: string, message: string) => problems.push(problemOf(command, code, message))
  const { uid } = host.process
  if (uid !== undefined && stats.uid !== uid) add('foreign-owner', `The helper ${command} belongs to another user.`)
  if (uid !== undefined && (stats.mode & 0o100) === 0) add('not-executable', `The helper ${command} is not executable.`)
  const target = parseShim(text, host.platform)?.target
  if (target?.profile !== profile || target.gatewayUrl !== gatewayUrl)
    add('changed', `The helper ${command} is not as gate writes it.`)
  if (target && !(await exists(host, target.script))) {
    add('script-missing', `gate was removed from ${target.script}; the helper falls back to "gate" on the PATH.`)
  }
  if (target && !(await exists(host, target.node))) {
    add('node-missing', `Node is gone from ${target.node}; the helper falls back to "node" on the PATH.`)
  }
  return { command, exists: true, node: target?.node, script: target?.script, problems }
}

function problemOf(file: string, code: string, message: string): Finding {
  return { code: `helper-${code}`, severity: 'error', message, place: { file }, fix: REPAIR }
}

function shimPath(host: Host, { profile, gatewayUrl }: ShimPurpose): string {
  checkProfileName(profile)
  return helperPath(host, profile, gatewayUrl)
}

async function shimText(host: Host, target: ShimTarget): Promise<string> {
  const environment = { ...target.nodeEnvironment, ...shimEnvironment(host) }
  if (host.platform === 'win32') return batchShim({ target, environment })
  const content = { target, environment, runtimeDirectory: runtimeDirectory(host) }
  return posixShim({ ...content, procTellsTime: await procTellsTime(host) }, host.platform)
}

/** Where the session's D-Bus socket is; the same in a session and outside of one (`systemd-logind`). */
function runtimeDirectory(host: Host): string | undefined {
  if (host.platform !== 'linux') return undefined
  const { XDG_RUNTIME_DIR: own } = host.env
  if (own && host.path.isAbsolute(own)) return own
  return host.process.uid === undefined ? undefined : `/run/user/${host.process.uid}`
}

async function inspectFile(host: Host, path: string) {
  try {
    const stats = await host.fs.lstat(path)
    if (!stats.isFile()) return { stats, text: '' }
    return { stats, text: await host.fs.readFile(path, 'utf8') }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { stats: undefined, text: undefined }
    throw ioError(error, path, 'read')
  }
}

async function exists(host: Host, path: string): Promise<boolean> {
  return await host.fs.stat(path).then(
    () => true,
    () => false,
  )
}
