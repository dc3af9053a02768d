import { posix } from 'node:path'
import { type Action, advice, type GateDirectories, GateError, gateDirectories, type Platform } from '@gate/core'
import { type Foreign, findForeign } from './find-foreign.js'
import { shellWord } from './shell-word.js'
import { thisSystem } from './system.js'

/**
 * gate's directories on this machine, before anything is known of it; undefined when they cannot be told, which the
 * command itself reports. Without an absolute home, they would lie in the working directory, with whatever is in there.
 */
export function directoriesOfThisProcess(): GateDirectories | undefined {
  const platform = process.platform as Platform
  try {
    const directories = gateDirectories({
      platform,
      env: process.env,
      home: () => (platform === 'win32' ? process.env.USERPROFILE : process.env.HOME) ?? '',
    })
    const isAbsolute = platform === 'win32' || Object.values(directories).every((path) => posix.isAbsolute(path))
    return isAbsolute ? directories : undefined
  } catch {
    return undefined
  }
}

/**
 * Why nothing of gate's directories may be read, run or written by this process, see {@link findForeign}. Windows has no
 * numbers for owners; there the lists of rights of the user's profile keep others out.
 *
 * @returns GateError `file-foreign-owner`; undefined when everything is the user's own.
 */
export function foreignOwnership(directories: GateDirectories): GateError | undefined {
  const uid = process.geteuid?.()
  if (uid === undefined || process.platform === 'win32') return undefined
  const foreign = findForeign(directories, thisSystem(uid, process.getegid?.() ?? uid))
  return foreign && refusal(foreign, uid)
}

/** @param uid Of the user that gate runs as. Pure. */
export function refusal(foreign: Foreign, uid: number): GateError {
  const { path, seen, problem } = foreign
  const what =
    problem === 'foreign-owner'
      ? `belongs to user ${seen.uid}, but gate runs as user ${uid}`
      : `may be written by other users (mode ${seen.mode.toString(8)})`
  return new GateError({
    code: 'file-foreign-owner',
    message: `${path}${roleText(foreign)} ${what}. Nothing was read and nothing was changed.`,
    file: path,
    fix: problem === 'foreign-owner' ? ownerFix(foreign, uid) : modeFix(foreign, uid),
  })
}

function roleText({ role, directory }: Foreign): string {
  switch (role) {
    case 'own':
      return ', where gate keeps its own files,'
    case 'inside':
      return ', one of the files that gate keeps for itself,'
    case 'link':
      return `, a link on the way to ${directory},`
    case 'parent':
      return `, which leads to ${directory},`
  }
}

function ownerFix({ path, seen, role, directory }: Foreign, uid: number): Action {
  const word = shellWord(path)
  const link = role === 'link' ? '-h ' : ''
  if (uid === 0 && role !== 'own' && role !== 'inside') return advice('Run gate as the user who owns it, without sudo.')
  const chown: Action = { action: 'run', command: `${uid === 0 ? '' : 'sudo '}chown ${link}${uid} ${word}` }
  // Left by a gate that root ran: what root wrote, the user may have.
  if (seen.uid === 0) {
    return role === 'own' || role === 'inside'
      ? { action: 'run', command: `sudo chown -R ${uid} ${shellWord(directory)}` }
      : chown
  }
  // Made the user's own unseen, what another user put there would be believed.
  if (role === 'inside') return advice('Look at it and remove it, or, if it is right', chown)
  return role === 'own' ? chown : advice('Set GATE_HOME to a directory of your own, or', chown)
}

function modeFix({ path, seen, role, directory }: Foreign, uid: number): Action {
  const run = (command: string): Action => ({ action: 'run', command: `${seen.uid === uid ? '' : 'sudo '}${command}` })
  // With the directory closed, the bits of what is in it do not matter.
  if (role === 'own') return run(`chmod 700 ${shellWord(path)}`)
  if (role === 'inside' && path.startsWith(`${directory}/`)) return run(`chmod 700 ${shellWord(directory)}`)
  return run(`chmod go-w ${shellWord(path)}`)
}
