import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { createSharedMachine, giveTo, type OtherUser, type SharedMachine } from '../harness/other-users.ts'
import type { Finished } from '../harness/run-process.ts'

// Every command that people and clients run; none of them may read, run or write a thing.
const COMMANDS = [
  ['status'],
  ['status', '--json'],
  ['list'],
  ['doctor'],
  ['token'],
  [
    'setup',
    '--lazy',
    '--gateway-url',
    'https://llm.example.com',
    '--issuer',
    'https://id.example.com',
    '--client-id',
    'g',
  ],
  ['teardown', '--all', '--purge'],
  ['config', 'show'],
  ['config', 'set', 'models', 'a'],
  ['config', 'reset'],
  ['plugins', 'list'],
  ['logout'],
]

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

describe.runIf(process.getuid?.() === 0)('R1 with two more users of the system; needs root, as CI has it', () => {
  let machine: SharedMachine
  let a: OtherUser
  let b: OtherUser

  beforeAll(() => {
    machine = createSharedMachine()
    ;({ a, b } = machine)
  })
  afterAll(() => machine.remove())
  beforeEach(() => {
    for (const { home, uid, gid } of [a, b]) {
      rmSync(home, { recursive: true, force: true })
      machine.directory(home, { uid, gid })
    }
  })

  const refused = (finished: Finished, path?: string) => {
    expect(finished, finished.stdout).toMatchObject({ code: 5, stdout: '' })
    expect(finished.stderr).toContain(path ?? 'belongs to')
    expect(finished.stderr).toMatch(/Nothing was read/)
  }

  /** gate's directories of a user, as a gate that ran would have left them. */
  const ownDirectories = (of: OtherUser, owner: OtherUser = of) => {
    const names = ['.config/gate', '.local/state/gate/journal', '.cache/gate/compile', '.local/state/gate/bin']
    for (const name of names) mkdirSync(join(of.home, name), { recursive: true, mode: 0o700 })
    giveTo(owner, of.home)
    return join(of.home, '.local/state/gate')
  }

  const plant = (state: string, owner: OtherUser, journal: object, name = '1-bb.json') => {
    const path = join(state, 'journal', name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, JSON.stringify(journal), { mode: 0o644 })
    giveTo(owner, path)
    return path
  }

  const temps = (target: string) =>
    [1, 2].map((n) => join(dirname(target), `.${target.split('/').at(-1)}.gate-${n}-0123456789abcdef.tmp`))

  /** The roll-back branch of recovery: what stands in `original` is written with these rights. */
  const rollBackJournal = (target: string, now: string, before: string) => ({
    version: 1,
    phase: 'commit',
    clientId: 'codex',
    files: [
      { path: target, target, temps: temps(target), before: digest(before), after: digest(now), inverse: [] },
      {
        path: `${target}2`,
        target: `${target}2`,
        temps: temps(`${target}2`),
        before: digest('x'),
        after: digest('y'),
        inverse: [],
      },
    ].map((file) => ({
      ...file,
      original: Buffer.from(before).toString('base64'),
      mode: 0o4755,
      owner: { uid: 0, gid: 0 },
    })),
    temps: [],
    createdDirectories: [],
    removedDirectories: [],
    ledgerBefore: { version: 1, receipts: {} },
    ledgerAfter: { version: 1, receipts: {} },
  })

  /** The roll-forward branch: a temporary file takes the place of a target. */
  const rollForwardJournal = (target: string, before: string | null, after: string) => ({
    ...rollBackJournal(target, after, 'x'),
    files: [
      {
        path: target,
        target,
        temps: temps(target),
        before: before === null ? null : digest(before),
        after: digest(after),
        inverse: [],
        mode: 0o600,
        owner: null,
      },
    ],
  })

  it.each(COMMANDS.map((args) => [args.slice(0, 3).join(' '), args] as const))(
    'root with the home of somebody else: gate %s',
    async (_name, args) => {
      ownDirectories(b)
      const before = await snapshot(b.home)
      refused(await machine.gate('root', args, { HOME: b.home }))
      expect(differences(before, await snapshot(b.home))).toEqual([])
    },
  )

  it('root leaves nothing behind in an empty home of somebody else', async () => {
    for (const args of COMMANDS) refused(await machine.gate('root', args, { HOME: b.home }), b.home)
    expect([...(await snapshot(b.home)).keys()]).toEqual([])
  })

  it('1 a journal in the home of somebody else makes no set-id file of root', async () => {
    const state = ownDirectories(b)
    const victim = join(b.home, 'suid')
    writeFileSync(victim, 'now')
    giveTo(b, victim)
    plant(state, b, rollBackJournal(victim, 'now', '#!/bin/sh\nid\n'))
    refused(await machine.gate('root', ['status'], { HOME: b.home }))
    expect(lstatSync(victim)).toMatchObject({ uid: b.uid, mode: 0o100644 })
  })

  it('2 a journal in the home of somebody else creates, replaces and removes no files of root', async () => {
    const state = ownDirectories(b)
    const target = join(machine.directory(join(machine.root, 'etc'), { uid: 0, gid: 0 }), 'shadow')
    writeFileSync(target, 'root:')
    plant(state, b, rollForwardJournal(target, 'root:', 'b:'))
    for (const args of COMMANDS) refused(await machine.gate('root', args, { HOME: b.home }))
    expect(readFileSync(target, 'utf8')).toBe('root:')
  })

  it.each(COMMANDS.map((args) => [args.slice(0, 3).join(' '), args] as const))(
    '3 GATE_HOME that somebody else made: gate %s',
    async (_name, args) => {
      const place = machine.directory(join(machine.root, 'srv'), b, 0o777)
      for (const name of ['config', 'state/journal', 'cache']) {
        mkdirSync(join(place, name), { recursive: true })
        chmodSync(join(place, name), 0o777)
      }
      giveTo(b, place)
      const keys = join(a.home, '.ssh/authorized_keys')
      plant(join(place, 'state'), b, rollForwardJournal(keys, null, 'ssh-ed25519 b'))
      const before = await snapshot(a.home)
      refused(await machine.gate(a, args, { GATE_HOME: place }), place)
      expect(differences(before, await snapshot(a.home))).toEqual([])
    },
  )

  it('3 a state directory of one’s own that is open to all: refused, and again for what was put there meanwhile', async () => {
    const state = ownDirectories(a)
    chmodSync(state, 0o777)
    const planted = plant(state, b, rollForwardJournal(join(a.home, '.bashrc'), null, 'evil'))
    const open = await machine.gate(a, ['status', '--json'])
    expect(open).toMatchObject({ code: 5, stdout: '' })
    expect(JSON.parse(open.stderr)).toMatchObject({ error: { code: 'file-foreign-owner', fix: `chmod 700 ${state}` } })
    chmodSync(state, 0o700)
    refused(await machine.gate(a, ['teardown', '--all']), planted)
    rmSync(planted)
    expect(await machine.gate(a, ['teardown', '--all'])).toMatchObject({ code: 0 })
  })

  it('4 compiled code that somebody else left in the cache is neither run nor added to', async () => {
    ownDirectories(a)
    const compile = join(a.home, '.cache/gate/compile')
    giveTo(b, compile)
    refused(await machine.gate(a, ['status']), compile)
    rmSync(compile, { recursive: true })
    chmodSync(dirname(compile), 0o777)
    refused(await machine.gate(a, ['status']), 'may be written by other users')
    expect(existsSync(compile)).toBe(false)
    chmodSync(dirname(compile), 0o700)
    expect(await machine.gate(a, ['status'])).toMatchObject({ code: 0 })
    expect(existsSync(compile)).toBe(true)
  })

  it('5 a helper in a directory of somebody else is never given to a client', async () => {
    const place = machine.directory(join(machine.root, 'bin'), b, 0o755)
    machine.directory(join(place, 'state/bin'), b, 0o777)
    mkdirSync(join(a.home, '.codex'))
    giveTo(a, a.home)
    refused(await machine.gate(a, COMMANDS[5] ?? [], { GATE_HOME: place }), place)
    expect(existsSync(join(a.home, '.codex/config.toml'))).toBe(false)
  })

  it('5 a helper that somebody else put in the place of one’s own is named', async () => {
    const state = ownDirectories(a)
    const helper = join(state, 'bin/gate-token-default-01234567')
    writeFileSync(helper, '#!/bin/sh\nid\n', { mode: 0o755 })
    giveTo(b, helper)
    refused(await machine.gate(a, ['status']), helper)
  })

  /** Further ways to lead gate to files of somebody else; each is made in a home that is otherwise as it should be. */
  const WAYS: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
    'a parent that is a link to a place of somebody else': () => {
      machine.directory(join(b.home, 'x/gate'), b, 0o777)
      rmSync(join(a.home, '.config'), { recursive: true })
      symlinkSync(join(b.home, 'x'), join(a.home, '.config'))
      return {}
    },
    'a link of somebody else in a sticky directory to a place of one’s own': () => {
      const sticky = machine.directory(join(machine.root, 'tmp'), { uid: 0, gid: 0 }, 0o1777)
      rmSync(join(sticky, 'link'), { force: true })
      symlinkSync(join(a.home, '.config'), join(sticky, 'link'))
      giveTo(b, join(sticky, 'link'))
      return { XDG_CONFIG_HOME: join(sticky, 'link') }
    },
    'a sticky directory of somebody else': () => {
      const sticky = machine.directory(join(machine.root, 'sticky'), b, 0o1777)
      machine.directory(join(sticky, 'gate'), a, 0o700)
      return { XDG_STATE_HOME: sticky }
    },
    'XDG_CACHE_HOME alone': () => ({ XDG_CACHE_HOME: machine.directory(join(b.home, 'cache'), b, 0o777) }),
    'a home with a slash at its end': () => {
      chmodSync(a.home, 0o777)
      return { HOME: `${a.home}/` }
    },
    'dots in GATE_HOME': () => {
      machine.directory(join(b.home, 'x'), b, 0o777)
      return { GATE_HOME: `${a.home}/./../${b.name}/x` }
    },
    'config.json as a link to a file of somebody else': () => {
      writeFileSync(join(b.home, 'config.json'), '{"version":1,"profiles":{}}')
      giveTo(b, b.home)
      symlinkSync(join(b.home, 'config.json'), join(a.home, '.config/gate/config.json'))
      giveTo(a, a.home)
      return {}
    },
    'config.json of somebody else': () => {
      writeFileSync(join(a.home, '.config/gate/config.json'), '{"version":1,"profiles":{}}')
      giveTo(b, join(a.home, '.config/gate/config.json'))
      return {}
    },
    'locks of somebody else': () => {
      machine.directory(join(a.home, '.local/state/gate/locks'), b, 0o777)
      return {}
    },
    'a verdict about a plugin of somebody else': () => {
      machine.directory(join(a.home, '.cache/gate/plugins'), b, 0o755)
      return {}
    },
    'a directory inside a directory': () => {
      machine.directory(join(a.home, '.local/state/gate/clients/codex/deep'), b, 0o755)
      return {}
    },
    'a group that others are in': () => {
      machine.directory(join(a.home, '.config'), { uid: a.uid, gid: b.gid }, 0o775)
      return {}
    },
    'a parent of a parent': () => {
      chmodSync(join(a.home, '.local'), 0o757)
      return {}
    },
  }

  it.each(Object.entries(WAYS))('%s is refused', async (_title, make) => {
    ownDirectories(a)
    expect(await machine.gate(a, ['status'])).toMatchObject({ code: 0 })
    const env = make()
    const finished = await machine.gate(a, ['status'], env)
    expect(finished, finished.stderr).toMatchObject({ code: 5, stdout: '' })
    const helper = await machine.gate(a, ['token'], env)
    expect(helper, helper.stderr).toMatchObject({ code: 5, stdout: '' })
  })

  it('what gate names as the fix is one, for all that the user himself can change', async () => {
    ownDirectories(a)
    for (const [path, mode] of [
      [a.home, 0o777],
      [join(a.home, '.config'), 0o757],
      [join(a.home, '.local/state/gate'), 0o777],
      [join(a.home, '.cache/gate'), 0o707],
    ] as const) {
      chmodSync(path, mode)
      const { stderr } = await machine.gate(a, ['status', '--json'])
      const { fix } = (JSON.parse(stderr) as { error: { fix: string } }).error
      const [command, ...args] = fix.split(' ')
      expect(command).toBe('chmod')
      expect(args.at(-1)).toBe(path)
      chmodSync(path, args[0] === '700' ? 0o700 : mode & ~0o022)
      expect(await machine.gate(a, ['status'])).toMatchObject({ code: 0 })
    }
  })

  it('help needs nothing of it and is given', async () => {
    expect(await machine.gate('root', ['--help'], { HOME: b.home })).toMatchObject({ code: 0, stderr: '' })
    expect(await machine.gate('root', ['--version'], { HOME: b.home })).toMatchObject({ code: 0, stderr: '' })
  })

  it('without a home, nothing in the working directory is taken for gate’s', async () => {
    for (const HOME of ['', '.', 'relative']) {
      const finished = await machine.gate(a, ['status'], { HOME })
      expect(finished).toMatchObject({ code: 2 })
    }
  })

  it('a home that the user moved under a link of his own, and a umask of 002, are fine', async () => {
    const state = ownDirectories(a)
    for (const path of [a.home, join(a.home, '.config'), join(a.home, '.local')]) chmodSync(path, 0o775)
    expect(await machine.gate(a, ['status'])).toMatchObject({ code: 0 })
    renameSync(state, join(a.home, 'moved'))
    symlinkSync('../../moved', state)
    giveTo(a, a.home)
    expect(await machine.gate(a, ['status'])).toMatchObject({ code: 0 })
  })
})
