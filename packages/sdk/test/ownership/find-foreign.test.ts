import type { GateDirectories } from '@gate/core'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findForeign } from '../../src/ownership/find-foreign.js'
import { type Entry, ME, OTHER, tableSystem } from './table-system.js'

const HOME = '/home/me'
const DIRECTORIES: GateDirectories = {
  config: `${HOME}/.config/gate`,
  state: `${HOME}/.local/state/gate`,
  cache: `${HOME}/.cache/gate`,
  runtime: '/run/user/1000/gate',
}
const mine = { uid: ME, mode: 0o700 }
const INTACT: Readonly<Record<string, Entry>> = {
  '/home': {},
  [HOME]: { uid: ME },
  [`${HOME}/.config`]: { uid: ME },
  [DIRECTORIES.config]: mine,
  [`${DIRECTORIES.config}/config.json`]: { uid: ME, mode: 0o600, kind: 'other' },
  [`${HOME}/.local`]: { uid: ME },
  [`${HOME}/.local/state`]: { uid: ME },
  [DIRECTORIES.state]: mine,
  [`${DIRECTORIES.state}/journal`]: mine,
  [`${DIRECTORIES.state}/journal/1-0123456789abcdef.json`]: { uid: ME, mode: 0o600, kind: 'other' },
  [`${DIRECTORIES.state}/bin`]: mine,
  [`${DIRECTORIES.state}/bin/gate-token-default-01234567`]: { uid: ME, mode: 0o700, kind: 'other' },
  [`${HOME}/.cache`]: { uid: ME },
  [DIRECTORIES.cache]: mine,
  [`${DIRECTORIES.cache}/compile`]: { uid: ME },
  [`${DIRECTORIES.cache}/compile/v24`]: { uid: ME },
  [`${DIRECTORIES.cache}/compile/v24/0123abcd`]: { uid: ME, mode: 0o600, kind: 'other' },
  [`${DIRECTORIES.cache}/tokens`]: mine,
}

const find = (changes: Readonly<Record<string, Entry>>, init?: Parameters<typeof tableSystem>[1]) =>
  findForeign(DIRECTORIES, tableSystem({ ...INTACT, ...changes }, init))

const PARENTS = ['/', '/home', HOME, `${HOME}/.config`, `${HOME}/.local`, `${HOME}/.local/state`, `${HOME}/.cache`]
const OWN = [DIRECTORIES.config, DIRECTORIES.state, DIRECTORIES.cache]
const INSIDE = Object.keys(INTACT).filter((path) => OWN.some((top) => path.startsWith(`${top}/`)))

test('a home as it usually is passes, and so does one without any of it', () => {
  expect(find({})).toBeUndefined()
  expect(findForeign(DIRECTORIES, tableSystem({ '/home': {}, [HOME]: { uid: ME } }))).toBeUndefined()
})

describe.each([...PARENTS, ...OWN, ...INSIDE])('%s', (path) => {
  const before = INTACT[path] ?? {}

  test('of another user is refused', () => {
    expect(find({ [path]: { ...before, uid: OTHER } })).toMatchObject({ path, problem: 'foreign-owner' })
  })

  test('of root leads the way, but is not gate’s own, except for the configuration', () => {
    const passes = PARENTS.includes(path) || path.endsWith('/config.json')
    const found = find({ [path]: { ...before, uid: 0, gid: 0 } })
    if (passes) expect(found).toBeUndefined()
    else expect(found).toMatchObject({ path, problem: 'foreign-owner' })
  })

  test('as a link: of another user, or to a place of another user, is refused', () => {
    // Nothing is above the root that could hold a link.
    if (path === '/') {
      expect(find({ '/': { uid: OTHER } })).toMatchObject({ role: 'parent' })
      return
    }
    const elsewhere = { '/other': { uid: OTHER }, '/other/it': { ...before, uid: ME } }
    expect(find({ [path]: { uid: OTHER, to: '/home' } })).toMatchObject({ path, role: 'link' })
    expect(find({ ...elsewhere, [path]: { uid: ME, to: '/other/it' } })).toMatchObject({ path: '/other' })
  })
})

describe.each([...PARENTS, ...OWN])('the directory %s', (path) => {
  const uid = INTACT[path]?.uid ?? 0

  test('open to everybody is refused, unless it is sticky and leads the way', () => {
    expect(find({ [path]: { uid, mode: 0o777 } })).toMatchObject({ path, problem: 'open-to-others' })
    const sticky = find({ [path]: { uid, mode: 0o1777 } })
    if (PARENTS.includes(path)) expect(sticky).toBeUndefined()
    else expect(sticky).toMatchObject({ path, problem: 'open-to-others' })
  })

  test('writable for a group is refused, unless the group is the user’s alone', () => {
    expect(find({ [path]: { uid, gid: ME, mode: 0o775 } })).toBeUndefined()
    for (const gid of [OTHER, 2000, 4711]) {
      expect(find({ [path]: { uid, gid, mode: 0o775 } })).toMatchObject({ path, problem: 'open-to-others' })
    }
  })
})

test('what lies in a directory that nobody else can enter counts by its owner alone', () => {
  const path = `${DIRECTORIES.state}/journal`
  expect(find({ [path]: { uid: ME, mode: 0o777 } })).toBeUndefined()
  const open = { [DIRECTORIES.state]: { uid: ME, mode: 0o755 } }
  expect(find({ ...open, [path]: { uid: ME, mode: 0o777 } })).toMatchObject({ path, role: 'inside' })
})

test('a list of rights that lets others write a private group’s directory is seen', () => {
  const open = { [HOME]: { uid: ME, gid: ME, mode: 0o775 } }
  const list = (line: string) => ({
    accessLists: { [HOME]: `user::rwx\n${line}\ngroup::rwx\nmask::rwx\nother::r-x\n` },
  })
  expect(find(open, list(`user:${OTHER}:rwx`))).toMatchObject({ path: HOME, problem: 'open-to-others' })
  expect(find(open, list('group:2000:-w-'))).toMatchObject({ path: HOME })
  expect(find(open, list(`user:${OTHER}:r-x`))).toBeUndefined()
  expect(find(open, list('user:0:rwx'))).toBeUndefined()
  // Where nothing tells of lists of rights, there may be one.
  expect(find(open, { isListing: false })).toMatchObject({ path: HOME })
})

test('users of a directory service have a group of their own by its number', () => {
  const files = { '/etc/passwd': 'root:x:0:0:::\n', '/etc/group': 'root:x:0:\nstaff:x:50:other\n' }
  const group = (gid: number) => ({ [HOME]: { uid: ME, gid, mode: 0o775 } })
  expect(find(group(ME), { files })).toBeUndefined()
  expect(find(group(50), { files })).toMatchObject({ path: HOME })
  expect(find(group(51), { files })).toMatchObject({ path: HOME })
})

test('root is refused a home of somebody else, before anything in it is looked at', () => {
  expect(find({}, { uid: 0 })).toMatchObject({ path: HOME, role: 'parent' })
})

test('in a namespace without a number for root, what is outside leads the way, and is still not gate’s own', () => {
  const nobody = { uid: 65_534 }
  const files = { '/proc/self/uid_map': '      1000       1000          1\n' }
  expect(find({ '/': nobody, '/home': nobody }, { files })).toBeUndefined()
  expect(find({ [DIRECTORIES.state]: nobody }, { files })).toMatchObject({ path: DIRECTORIES.state })
  expect(find({ '/home': nobody })).toMatchObject({ path: '/home' })
})

test('links in a circle lead nowhere, and the way as far as that is looked at', () => {
  expect(find({ [`${HOME}/.config`]: { uid: ME, to: '.config' } })).toBeUndefined()
  expect(find({ [`${HOME}/.config`]: { uid: OTHER, to: '.config' } })).toMatchObject({ role: 'link' })
})

/** The path of a directory with one link in it, each part with any owner and mode, judged the slow way. */
test('whatever owner, mode and links are on the way: passed exactly when nobody else can exchange anything', () => {
  const owner = fc.constantFrom(0, ME, OTHER)
  const group = fc.constantFrom(0, ME, OTHER, 2000)
  const mode = fc.constantFrom(0o700, 0o755, 0o775, 0o757, 0o777, 0o1777, 0o1775, 0o2770, 0o500)
  const part = fc.record({ uid: owner, gid: group, mode })
  const parts = fc.tuple(part, part, part, part, part)
  void fc.assert(
    fc.property(parts, owner, fc.boolean(), ([a, b, link, target, own], linkOwner, isLinked) => {
      const entries: Record<string, Entry> = isLinked
        ? { '/a': a, '/a/b': { uid: linkOwner, to: '/c/d' }, '/c': link, '/c/d': target, '/c/d/gate': own }
        : { '/a': a, '/a/b': b, '/a/b/gate': own }
      const gate = '/a/b/gate'
      const found = findForeign({ config: gate, state: gate, cache: gate, runtime: gate }, tableSystem(entries))
      const isPrivate = (gid: number) => gid === ME || gid === 0
      const isTight = ({ gid, mode }: typeof a) => (mode & 0o002) === 0 && ((mode & 0o020) === 0 || isPrivate(gid))
      const leads = (each: typeof a) => each.uid !== OTHER && ((each.mode & 0o1000) !== 0 || isTight(each))
      const way = isLinked ? [a, link, target] : [a, b]
      const isSafe = way.every(leads) && (!isLinked || linkOwner !== OTHER) && own.uid === ME && isTight(own)
      expect(found === undefined).toBe(isSafe)
    }),
    { numRuns: 3_000 },
  )
})
