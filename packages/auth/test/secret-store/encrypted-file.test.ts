import { chmod, mkdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gatePaths, Secret } from '@gate/core'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { assertUsableAhead } from '../../src/secret-store/choose-store.js'
import { createEncryptedFile } from '../../src/secret-store/encrypted-file.js'
import { deriveKey, KDF_COST, newKdf, open, parseSealed, seal } from '../../src/secret-store/secret-cipher.js'
import { createMachine, type Machine } from '../harness/machine.js'
import { codeOf } from '../harness/suite.js'

const name = { purpose: 'grant', key: 'k' } as const
const other = { purpose: 'api-key', key: 'k' } as const
const secret = (text: string) => new Secret(text)

let machine: Machine
let path: string
beforeEach(async () => {
  machine = await createMachine()
  path = gatePaths(machine.host).secrets
})
afterEach(() => machine.remove())

// The least that is accepted: these tests are about everything but the cost.
const CHEAP = { N: 2 ** 14, r: 1, p: 1 }
const store = () => createEncryptedFile(machine.host, undefined, CHEAP)

it('keeps several secrets, encrypted, 0600, and gives them back to a new process', async () => {
  await store().set(name, secret('first-secret'))
  await store().set(other, secret('second-secret'))
  expect((await store().get(name))?.reveal()).toBe('first-secret')
  expect((await store().get(other))?.reveal()).toBe('second-secret')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const text = await readFile(path, 'utf8')
  for (const hidden of ['first-secret', 'second-secret', 'grant-k', 'correct horse']) expect(text).not.toContain(hidden)
  expect(await store().delete(name)).toBe(true)
  expect(await store().delete(name)).toBe(false)
  expect(await store().get(name)).toBeUndefined()
  expect((await store().get(other))?.reveal()).toBe('second-secret')
})

it('two processes that write at once lose nothing', async () => {
  await Promise.all([1, 2, 3, 4].map((n) => store().set({ purpose: 'grant', key: `${n}` }, secret(`s${n}`))))
  for (const n of [1, 2, 3, 4]) expect((await store().get({ purpose: 'grant', key: `${n}` }))?.reveal()).toBe(`s${n}`)
})

it('asks for the passphrase once, and says how to give it when nobody can be asked', async () => {
  delete machine.env.GATE_SECRET_STORE_PASSPHRASE
  const asked: string[] = []
  const prompting = createEncryptedFile(
    machine.host,
    async (purpose) => {
      asked.push(purpose)
      return secret('typed')
    },
    CHEAP,
  )
  await prompting.set(name, secret('v'))
  expect((await prompting.get(name))?.reveal()).toBe('v')
  expect(asked).toEqual(['create'])
  await expect(createEncryptedFile(machine.host, async () => undefined).get(name)).rejects.toMatchObject({
    code: 'secret-store-locked',
    fix: {
      text: expect.stringMatching(/GATE_SECRET_STORE_PASSPHRASE.*forgotten/),
      actions: [{ action: 'login' }],
    },
  })
  await expect(store().set(name, secret('new'))).rejects.toMatchObject({ code: 'secret-store-locked' })
})

describe('where nobody gives a passphrase', () => {
  const key = () => gatePaths(machine.host).secretsKey
  beforeEach(() => {
    delete machine.env.GATE_SECRET_STORE_PASSPHRASE
  })

  it('a key file of its own protects the file: 0600, elsewhere, and every process opens it', async () => {
    await store().set(name, secret('first-secret'))
    expect(await store().protection()).toBe('key-file')
    expect((await stat(key())).mode & 0o777).toBe(0o600)
    expect(dirname(key())).not.toBe(dirname(path))
    expect(await readFile(path, 'utf8')).not.toContain('first-secret')
    machine.env.GATE_SECRET_STORE_PASSPHRASE = 'of no use here'
    expect((await store().get(name))?.reveal()).toBe('first-secret')
    const typed = createEncryptedFile(machine.host, async () => secret('nobody asks'), CHEAP)
    expect((await typed.get(name))?.reveal()).toBe('first-secret')
  })

  it('an empty answer of a person means a key file, too', async () => {
    await createEncryptedFile(machine.host, async () => secret(''), CHEAP).set(name, secret('v'))
    expect(await store().protection()).toBe('key-file')
  })

  it.each<[string, string, () => Promise<unknown>]>([
    ['missing', 'secret-store-locked', () => rm(key())],
    ['another one', 'secret-store-locked', () => writeFile(key(), `gate-secrets-key ${'A'.repeat(43)}\n`)],
    ['damaged', 'secret-store-corrupt', () => writeFile(key(), 'x')],
    ['open to others', 'secret-store-insecure', () => chmod(key(), 0o644)],
    [
      'a link',
      'secret-store-insecure',
      async () => [await rename(key(), `${key()}2`), await symlink(`${key()}2`, key())],
    ],
  ])('a key file that is %s is named, and nothing is written', async (_what, code, spoil) => {
    await store().set(name, secret('v'))
    const before = await readFile(path, 'utf8')
    await spoil()
    expect(await codeOf(store().get(name))).toBe(code)
    expect(await codeOf(store().set(name, secret('w')))).toBe(code)
    expect(await readFile(path, 'utf8')).toBe(before)
  })

  it('the protection can be changed, and needs the present one', async () => {
    await store().set(name, secret('v'))
    await store().protect(secret('new'))
    expect(await store().protection()).toBe('passphrase')
    expect(await codeOf(store().get(name))).toBe('secret-store-locked')
    expect(await codeOf(store().protect(undefined))).toBe('secret-store-locked')
    machine.env.GATE_SECRET_STORE_PASSPHRASE = 'new'
    await store().protect(secret('newer'))
    expect(await codeOf(store().get(name))).toBe('secret-store-locked')
    machine.env.GATE_SECRET_STORE_PASSPHRASE = 'newer'
    await store().protect(undefined)
    delete machine.env.GATE_SECRET_STORE_PASSPHRASE
    expect((await store().get(name))?.reveal()).toBe('v')
  })
})

it.each([
  { N: 2 ** 20, r: 16, p: 16 },
  { N: 20_000, r: 8, p: 3 },
  { N: 2 ** 17, r: 16, p: 3 },
  { N: 2 ** 15, r: 8, p: 1e9 },
  { N: 2 ** 14, r: 0, p: 1 },
  { N: 2 ** 14, r: 1.5, p: 1 },
  { N: '16384', r: 1, p: 1 },
  { N: null, r: 1, p: 1 },
])('a header with the cost %j is damaged, at once', async (cost) => {
  await store().set(name, secret('v'))
  const document = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...document, kdf: { ...document.kdf, ...cost } }))
  expect(await codeOf(store().get(name))).toBe('secret-store-corrupt')
})

describe('A15 files that are not as they should be are named and left untouched', () => {
  const original = async () => {
    await store().set(name, secret('value'))
    return await readFile(path, 'utf8')
  }
  const cases: [string, string, (text: string) => Promise<void>][] = [
    [
      'a wrong passphrase',
      'secret-store-locked',
      async () => {
        machine.env.GATE_SECRET_STORE_PASSPHRASE = 'wrong'
      },
    ],
    ['truncated', 'secret-store-corrupt', (text) => writeFile(path, text.slice(0, 200))],
    ['empty', 'secret-store-corrupt', () => writeFile(path, '')],
    ['something else', 'secret-store-corrupt', () => writeFile(path, '{"a":1}')],
    ['a flipped bit', 'secret-store-corrupt', (text) => writeFile(path, flipData(text))],
    [
      'weakened key derivation',
      'secret-store-corrupt',
      (text) => writeFile(path, text.replace('"N": 16384', '"N": 2')),
    ],
    [
      'an older format',
      'secret-store-version',
      (text) => writeFile(path, text.replace('"version": 1', '"version": 0')),
    ],
    ['a newer format', 'secret-store-version', (text) => writeFile(path, text.replace('"version": 1', '"version": 2'))],
    ['readable by others', 'secret-store-insecure', () => chmod(path, 0o644)],
    ['writable by the group', 'secret-store-insecure', () => chmod(path, 0o620)],
  ]
  it.each(cases)('%s → %s', async (_what, code, spoil) => {
    await spoil(await original())
    const spoiled = await readFile(path, 'utf8')
    expect(await codeOf(store().get(name))).toBe(code)
    expect(await codeOf(store().set(name, secret('new')))).toBe(code)
    expect(await codeOf(store().delete(name))).toBe(code)
    expect(await readFile(path, 'utf8')).toBe(spoiled)
  })

  it('a directory or a link in its place', async () => {
    await mkdir(path, { recursive: true })
    expect(await codeOf(store().get(name))).toBe('secret-store-insecure')
  })

  it('a link to a file that would be fine', async () => {
    await original()
    const away = join(dirname(path), 'elsewhere')
    await machine.host.fs.rename(path, away)
    await symlink(away, path)
    expect(await codeOf(store().get(name))).toBe('secret-store-insecure')
  })

  it('a foreign owner', async () => {
    await original()
    const process = { ...machine.host.process, uid: (machine.host.process.uid ?? 0) + 1 }
    expect(await codeOf(createEncryptedFile({ ...machine.host, process }, undefined).get(name))).toBe(
      'secret-store-insecure',
    )
  })
})

it('what was sealed is opened again by the same key, and by no other', async () => {
  const kdf = newKdf(CHEAP)
  const [key, wrong] = await Promise.all([deriveKey('right', kdf), deriveKey('wrong', kdf)])
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' })), (values) => {
      const parsed = parseSealed(seal(values, key, kdf))
      if (parsed.state !== 'sealed') throw new Error(parsed.state)
      expect(open(parsed.sealed, key)).toEqual(values)
      expect(open(parsed.sealed, wrong)).toBe('wrong-key')
    }),
  )
  expect(seal({ a: 'b' }, key, kdf)).not.toBe(seal({ a: 'b' }, key, kdf))
})

it('a new file costs an attacker what OWASP asks for', async () => {
  await createEncryptedFile(machine.host, undefined).set(name, secret('v'))
  expect(JSON.parse(await readFile(path, 'utf8')).kdf).toMatchObject(KDF_COST)
  expect(KDF_COST.N * KDF_COST.r * KDF_COST.p).toBeGreaterThanOrEqual(2 ** 15 * 8 * 3)
})

it('any text is read without an exception', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseSealed(text)))
})

function flipData(text: string): string {
  const document = JSON.parse(text)
  const bytes = Buffer.from(document.data, 'base64')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return JSON.stringify({ ...document, data: bytes.toString('base64') })
}

describe('a proof ahead of the sign-in', () => {
  const there = () =>
    readFile(path, 'utf8').then(
      () => true,
      () => false,
    )

  it('leaves no empty file, which would ask every helper for the passphrase of this caller', async () => {
    await assertUsableAhead(store(), 'k')
    expect(await there()).toBe(false)
    delete machine.env.GATE_SECRET_STORE_PASSPHRASE
    expect(await store().get(name)).toBeUndefined()
  })

  it('keeps an empty file that was there', async () => {
    await store().protect(undefined)
    await assertUsableAhead(store(), 'k')
    expect(await there()).toBe(true)
  })

  it('keeps a file that holds something', async () => {
    await store().set(name, secret('v'))
    await assertUsableAhead(store(), 'k')
    expect((await store().get(name))?.reveal()).toBe('v')
  })

  it('keeps the file for which a person has just chosen a passphrase', async () => {
    delete machine.env.GATE_SECRET_STORE_PASSPHRASE
    await assertUsableAhead(
      createEncryptedFile(machine.host, async () => secret('typed'), CHEAP),
      'k',
    )
    expect(await there()).toBe(true)
  })

  it('keeps what another process stored meanwhile', async () => {
    const probed = store()
    await probed.withoutTrace?.(() => store().set(name, secret('v')))
    expect((await store().get(name))?.reveal()).toBe('v')
  })
})
