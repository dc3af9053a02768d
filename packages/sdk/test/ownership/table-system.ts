import type { OwnershipSystem, Seen } from '../../src/ownership/system.js'

/** One path of a pretended machine. */
export interface Entry extends Partial<Seen> {
  /** Where a link leads. */
  readonly to?: string
}

export const ME = 1000
export const OTHER = 1001

/** A machine that exists only as a table of owners and modes; directories are root's 0755 unless they say otherwise. */
export function tableSystem(
  entries: Readonly<Record<string, Entry>>,
  init: {
    readonly uid?: number
    readonly files?: Readonly<Record<string, string>>
    readonly accessLists?: Readonly<Record<string, string>>
    readonly isListing?: boolean
  } = {},
): OwnershipSystem {
  const { uid = ME, accessLists = {}, isListing = true } = init
  const files = {
    '/etc/passwd': `root:x:0:0:::\nme:x:${ME}:${ME}:::\nother:x:${OTHER}:${OTHER}:::\n`,
    '/etc/group': `root:x:0:\nme:x:${ME}:\nother:x:${OTHER}:\nshared:x:2000:me,other\n`,
    '/proc/self/uid_map': '         0          0 4294967295\n',
    ...init.files,
  }
  const look = (path: string): Seen | undefined => {
    const entry = path === '/' ? { ...entries['/'] } : entries[path]
    if (entry === undefined) return undefined
    const { uid = 0, gid = uid, to, kind = to === undefined ? 'directory' : 'link', mode = 0o755 } = entry
    return { uid, gid, mode, kind }
  }
  return {
    uid,
    gid: uid,
    look,
    readLink: (path) => entries[path]?.to,
    list: (path) =>
      Object.keys(entries)
        .filter((each) => each.startsWith(`${path}/`) && !each.slice(path.length + 1).includes('/'))
        .map((each) => each.slice(path.length + 1)),
    read: (path) => (files as Record<string, string>)[path],
    listing: (paths) =>
      isListing ? paths.map((path) => `drwxrwxr-x${path in accessLists ? '+' : ' '} 2 ${path}\n`).join('') : undefined,
    accessList: (path) => accessLists[path],
  }
}
