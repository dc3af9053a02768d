import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HAS_CHANGED, IS_LINK, replaceAsRootCommand } from '../src/root/replace-as-root.js'

const NAME = 'com.example.app.plist'
const HOSTILE = [
  "o'brien",
  '"; touch pwned; "',
  "'; touch pwned; '",
  '$(touch pwned)',
  '`touch pwned`',
  '-rf',
  'a\\b\\0142',
  '*?[x]',
  ' two  blanks ',
  '%s%n',
  'ünï\u{1f600}',
  '!!',
  '~root',
]

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'gate-root-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function run(
  location: string,
  current: Buffer | null,
  wanted: Buffer | null,
  { madeDirectory = false, shell = ['/bin/sh'] }: { madeDirectory?: boolean; shell?: readonly string[] } = {},
) {
  const command = replaceAsRootCommand({ location, current, wanted, madeDirectory })
  const [program = '', ...options] = shell
  return spawnSync(program, [...options, '-c', command], {
    cwd: root,
    env: {},
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

// The shell of macOS is bash in its POSIX mode.
describe.each([[['/bin/sh']], [['/bin/bash', '--posix', '--norc']]])('the command that root runs, in %s', (shell) => {
  it.each(HOSTILE)('takes any name of a directory as it is: %j', (name) => {
    const location = join(root, name, NAME)
    const text = Buffer.from(`<string>${name}</string>`)
    expect(run(location, null, text, { shell })).toMatchObject({ status: 0, stderr: '' })
    expect(readFileSync(location)).toEqual(text)
    expect(readdirSync(root)).toEqual([name])
    expect(readdirSync(dirname(location))).toEqual([NAME])
    expect(run(location, text, null, { shell, madeDirectory: true })).toMatchObject({ status: 0, stderr: '' })
    expect(readdirSync(root)).toEqual([])
  })

  it('writes and compares any bytes', () => {
    const location = join(root, 'user', NAME)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (one, other) => {
        rmSync(dirname(location), { recursive: true, force: true })
        expect(run(location, null, Buffer.from(one), { shell }).status).toBe(0)
        expect(run(location, Buffer.from(one), Buffer.from(other), { shell }).status).toBe(0)
        expect(readFileSync(location)).toEqual(Buffer.from(other))
      }),
      { numRuns: 30, examples: [[Uint8Array.from({ length: 256 }, (_, byte) => byte), Uint8Array.of(0, 37, 92, 39)]] },
    )
  })
})

describe('the command that root runs', () => {
  const [old, text] = [Buffer.from('old'), Buffer.from('new')]

  it('changes nothing when the file is not the one that was read', () => {
    const location = join(root, NAME)
    for (const wanted of [text, null]) {
      expect(run(location, old, wanted).status).toBe(HAS_CHANGED)
      expect(existsSync(location)).toBe(false)
    }
    writeFileSync(location, 'other')
    for (const current of [null, old]) expect(run(location, current, text).status).toBe(HAS_CHANGED)
    expect(readdirSync(root)).toEqual([NAME])
    expect(readFileSync(location, 'utf8')).toBe('other')
  })

  it('follows no link, neither as the file nor as its directory', () => {
    const secret = join(root, 'secret')
    mkdirSync(join(root, 'real'))
    writeFileSync(secret, 'old')
    symlinkSync(secret, join(root, 'real', NAME))
    symlinkSync(join(root, 'real'), join(root, 'linked'))
    expect(run(join(root, 'real', NAME), old, text).status).toBe(IS_LINK)
    expect(run(join(root, 'linked', NAME), null, text).status).toBe(IS_LINK)
    expect(readFileSync(secret, 'utf8')).toBe('old')
  })

  it('keeps the mode of a file, makes a new one readable for all, and keeps a directory that is in use', () => {
    const location = join(root, 'user', NAME)
    run(location, null, old)
    expect(statSync(location).mode & 0o777).toBe(0o644)
    writeFileSync(location, old)
    spawnSync('/bin/chmod', ['600', location])
    run(location, old, text)
    expect(statSync(location).mode & 0o777).toBe(0o600)
    writeFileSync(join(root, 'user', 'other.plist'), '')
    expect(run(location, text, null, { madeDirectory: true }).status).toBe(0)
    expect(readdirSync(join(root, 'user'))).toEqual(['other.plist'])
  })
})
