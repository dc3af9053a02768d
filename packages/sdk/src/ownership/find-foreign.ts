import { posix } from 'node:path'
import type { GateDirectories } from '@gate/core'
import { isOutsideOfNamespace } from './foreign-namespace.js'
import { type OwnPlace, topEntries } from './own-entries.js'
import { isPrivateGroup, openedByAccessList } from './private-group.js'
import type { OwnershipSystem, Seen } from './system.js'

/** Something on the way to gate's files, or among them, that is in other hands. */
export interface Foreign {
  /** Where it really is, with links followed. */
  readonly path: string
  readonly seen: Seen
  readonly problem: 'foreign-owner' | 'open-to-others'
  /** `parent`: leads to a directory of gate's; `own`: is one; `inside`: lies in one; `link`: stands for one of these. */
  readonly role: 'parent' | 'own' | 'inside' | 'link'
  /** The directory of gate's that it is about, with links followed as far as it is there. */
  readonly directory: string
}

const ROOT = 0
const MOST_LINKS = 40
/** Deeper than anything that gate writes. */
const DEEPEST = 5
const [STICKY, GROUP_WRITES, OTHERS_WRITE, OTHERS_ENTER] = [0o1000, 0o020, 0o002, 0o011]

/**
 * Looks at gate's directories, at every directory on the way to them, and at what gate keeps in them, as sshd does with
 * `StrictModes`: they must belong to the user, those on the way to the user or root, and nobody else may write any of them.
 * A directory on the way may be sticky, because then nobody else can exchange what lies in it.
 *
 * @param directories Absolute, with POSIX paths. What is not there counts by the nearest part that is.
 * @returns The first thing that is in other hands.
 */
export function findForeign(directories: GateDirectories, system: OwnershipSystem): Foreign | undefined {
  return new Search(system).run(directories)
}

interface Reached {
  readonly path: string
  readonly seen: Seen
}

class Found extends Error {
  constructor(readonly foreign: Foreign) {
    super(foreign.path)
  }
}

class Search {
  readonly #system: OwnershipSystem
  readonly #passed = new Set<string>()
  /** Writable for a group that is the user's alone, unless a list of rights says otherwise. */
  readonly #groupWritable = new Map<string, Foreign>()
  readonly #privateGroups = new Map<number, boolean>()

  constructor(system: OwnershipSystem) {
    this.#system = system
  }

  run(directories: GateDirectories): Foreign | undefined {
    try {
      for (const place of ['config', 'state', 'cache'] as const) this.#place(place, directories[place])
      const opened = openedByAccessList(this.#system, [...this.#groupWritable.keys()])
      return opened === undefined ? undefined : this.#groupWritable.get(opened)
    } catch (error) {
      if (error instanceof Found) return error.foreign
      throw error
    }
  }

  #place(place: OwnPlace, directory: string): void {
    const top = this.#reach(directory, directory)
    if (top === undefined) return
    this.#judge(top, 'own', top.path, false)
    const closed = (top.seen.mode & OTHERS_ENTER) === 0
    for (const name of topEntries(place)) this.#inside(posix.join(top.path, name), top.path, closed, name)
  }

  /** Follows a path part by part and judges what leads to its end; undefined when it does not exist. */
  #reach(path: string, directory: string): Reached | undefined {
    const rest = path.split('/')
    let at: Reached = { path: '/', seen: this.#look('/') ?? { uid: ROOT, gid: ROOT, mode: 0o755, kind: 'directory' } }
    let links = 0
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      if (name === '' || name === '.') continue
      this.#judge(at, 'parent', directory, false)
      const next = posix.join(at.path, name)
      const seen = this.#look(next)
      if (seen === undefined) return undefined
      if (seen.kind !== 'link') {
        at = { path: next, seen }
        continue
      }
      this.#judge({ path: next, seen }, 'link', directory, false)
      const target = this.#system.readLink(next)
      links++
      if (target === undefined || links > MOST_LINKS) return undefined
      rest.unshift(...target.split('/'))
      if (posix.isAbsolute(target)) {
        const root = this.#look('/')
        if (root !== undefined) at = { path: '/', seen: root }
      }
    }
    return at
  }

  /** @param closed Whether nobody else can come as far as this, whatever its own bits say. */
  #inside(path: string, directory: string, closed: boolean, name: string, depth = 1): void {
    const seen = this.#look(path)
    if (seen === undefined) return
    const isLink = seen.kind === 'link'
    if (isLink) this.#judge({ path, seen }, 'link', directory, false)
    const target = isLink ? this.#reach(path, directory) : { path, seen }
    if (target === undefined) return
    const isClosed = closed && !isLink
    // What an administrator puts there: the configuration may be root's.
    if (name === 'config.json' && target.seen.uid === ROOT) this.#judgeMode(target, 'inside', directory, isClosed)
    else this.#judge(target, 'inside', directory, isClosed)
    if (target.seen.kind === 'directory') this.#within(target.path, directory, isClosed, depth)
  }

  #within(path: string, directory: string, closed: boolean, depth: number): void {
    if (depth === DEEPEST) return
    for (const name of this.#system.list(path)) {
      this.#inside(posix.join(path, name), directory, closed, '', depth + 1)
    }
  }

  #judge(reached: Reached, role: Foreign['role'], directory: string, closed: boolean): void {
    const { path, seen } = reached
    if (role === 'parent' && this.#passed.has(path)) return
    const isOwn = role === 'own' || role === 'inside'
    const rootsIsFine = !isOwn && (seen.uid === ROOT || isOutsideOfNamespace(this.#system, seen.uid))
    if (seen.uid !== this.#system.uid && !rootsIsFine) {
      throw new Found({ path, seen, problem: 'foreign-owner', role, directory })
    }
    // The bits of a link mean nothing.
    if (seen.kind !== 'link') this.#judgeMode(reached, role, directory, closed)
    if (role === 'parent') this.#passed.add(path)
  }

  #judgeMode({ path, seen }: Reached, role: Foreign['role'], directory: string, closed: boolean): void {
    if (closed || (role === 'parent' && (seen.mode & STICKY) !== 0)) return
    const foreign: Foreign = { path, seen, problem: 'open-to-others', role, directory }
    if ((seen.mode & OTHERS_WRITE) !== 0) throw new Found(foreign)
    if ((seen.mode & GROUP_WRITES) === 0) return
    if (!this.#isPrivate(seen.gid)) throw new Found(foreign)
    this.#groupWritable.set(path, foreign)
  }

  #isPrivate(gid: number): boolean {
    const known = this.#privateGroups.get(gid) ?? isPrivateGroup(this.#system, gid)
    this.#privateGroups.set(gid, known)
    return known
  }

  #look(path: string): Seen | undefined {
    return this.#system.look(path)
  }
}
