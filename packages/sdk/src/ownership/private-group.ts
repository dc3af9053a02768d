import type { OwnershipSystem } from './system.js'

const ROOT = 0

/**
 * Whether nobody but this user, and root, is in a group: distributions with a umask of 002 give every user a group of
 * his own. Members are those that the group names and those whose first group it is.
 */
export function isPrivateGroup(system: OwnershipSystem, gid: number): boolean {
  const users = rows(system.read('/etc/passwd')).map(([name, , uid, first]) => ({ name, uid: Number(uid), first }))
  const isHarmless = (uid: number | undefined) => uid === system.uid || uid === ROOT
  const firsts = users.filter(({ first }) => first !== '' && Number(first) === gid)
  const named = rows(system.read('/etc/group'))
    .filter(([, , id]) => id !== '' && Number(id) === gid)
    .flatMap(([, , , members = '']) => members.split(',').filter((name) => name !== ''))
  if (!firsts.every(({ uid }) => isHarmless(uid))) return false
  // A name that the machine does not know may be anybody's.
  if (!named.every((name) => isHarmless(users.find((user) => user.name === name)?.uid))) return false
  if (gid === ROOT || firsts.length + named.length > 0) return true
  // Users of a directory service are in neither file. By custom, the group of their own has their number.
  return gid === system.gid && gid === system.uid
}

function rows(text: string | undefined): string[][] {
  return (text ?? '').split('\n').map((line) => line.split(':'))
}

/**
 * The first of some paths, all writable for a private group, that a list of rights opens to somebody else. Where there is
 * such a list, the bits of the group say only what the list may grant at most.
 */
export function openedByAccessList(system: OwnershipSystem, paths: readonly string[]): string | undefined {
  if (paths.length === 0) return undefined
  const listing = system.listing(paths)
  if (listing !== undefined && !/^[a-z][-rwxsStT]{9}\+/m.test(listing)) return undefined
  return paths.find((path) => {
    const own = system.listing([path])
    if (own !== undefined && !/^[a-z][-rwxsStT]{9}\+/.test(own)) return false
    const list = system.accessList(path)
    return list === undefined || grantsWriting(system, list)
  })
}

function grantsWriting(system: OwnershipSystem, list: string): boolean {
  return list.split('\n').some((line) => {
    const [, kind, id, rights = ''] = /^(user|group):(\d+):([-rwx]{3})/.exec(line) ?? []
    if (kind === undefined || !rights.includes('w')) return false
    const number = Number(id)
    return kind === 'user' ? number !== system.uid && number !== ROOT : !isPrivateGroup(system, number)
  })
}
