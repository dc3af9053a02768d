import { mkdirSync, writeFileSync } from 'node:fs'
import { propertyListOf, propertyListText, readPropertyList } from '@gate/core/machine'
import { build, buildBinary } from 'plist'
import { expect, it, vi } from 'vitest'
import { createSandbox, removeSandboxesAfterEach } from '../engine/support/sandbox.js'

removeSandboxesAfterEach()

const VALUES = { text: 'a <b> & c', number: 3, yes: true, list: ['x'], more: { deep: 'y' } }

async function read(content: string | Buffer | undefined) {
  const sandbox = createSandbox()
  if (content !== undefined) writeFileSync(sandbox.path('a.plist'), content)
  return readPropertyList(sandbox.host, sandbox.path('a.plist'))
}

it.each([
  ['XML', build(VALUES)],
  ['binary', Buffer.from(buildBinary(VALUES))],
])('reads %s', async (_form, content) => {
  expect(await read(content)).toMatchObject({ state: 'parsed', values: VALUES })
})

it('no file is absent, also where its directory is a file', async () => {
  expect(await read(undefined)).toEqual({ state: 'absent' })
  const sandbox = createSandbox()
  writeFileSync(sandbox.path('file'), '')
  expect(await readPropertyList(sandbox.host, sandbox.path('file', 'a.plist'))).toEqual({ state: 'absent' })
  mkdirSync(sandbox.path('directory'))
  expect(await readPropertyList(sandbox.host, sandbox.path('directory'))).toEqual({ state: 'unreadable' })
})

it.each([
  ['nothing', ''],
  ['JSON', '{}'],
  ['cut off', build(VALUES).slice(0, -20)],
  ['a cut binary one', Buffer.from(buildBinary(VALUES)).subarray(0, 20)],
  ['no dictionary', build(['x'])],
])('%s is unreadable, and nothing is said on the terminal', async (_what, content) => {
  const said = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
  expect(await read(content)).toEqual({ state: 'unreadable' })
  for (const spy of said) {
    expect(spy).not.toHaveBeenCalled()
    spy.mockRestore()
  }
})

it('writes what reads the same, as text that people can read, too', async () => {
  const bytes = await propertyListOf(VALUES, '/x.plist')
  expect(await read(bytes)).toMatchObject({ values: VALUES })
  expect(await propertyListText(bytes)).toBe(bytes.toString('utf8'))
  expect(await propertyListText(Buffer.from(buildBinary(VALUES)))).toBe(bytes.toString('utf8'))
})

it.each(['a\u0000b', 'a\u0007b', 'a\ud800b'])('refuses what XML cannot hold: %j', async (text) => {
  await expect(propertyListOf({ text }, '/x.plist')).rejects.toMatchObject({
    code: 'result-mismatch',
    file: '/x.plist',
  })
})
