import { createTestHost } from '@gate/plugin-testkit'
import { build, buildBinary } from 'plist'
import { expect, it, vi } from 'vitest'
import { readPropertyList } from '../src/files/property-list.js'

const VALUES = { text: 'a <b> & c', number: 3, yes: true, list: ['x'], more: { deep: 'y' } }

async function read(content: string | Buffer | undefined) {
  await using host = await createTestHost()
  const file = host.path.join(host.home, 'a.plist')
  if (content !== undefined) await host.fs.writeFile(file, content)
  return readPropertyList(host, file)
}

it.each([
  ['XML', build(VALUES)],
  ['binary', Buffer.from(buildBinary(VALUES))],
])('reads %s', async (_form, content) => {
  expect(await read(content)).toMatchObject({ state: 'parsed', values: VALUES })
})

it('no file is absent, also where its directory is a file', async () => {
  expect(await read(undefined)).toEqual({ state: 'absent' })
  await using host = await createTestHost({ files: { '~/file': '', '~/directory/x': '' } })
  const under = (...parts: string[]) => readPropertyList(host, host.path.join(host.home, ...parts))
  expect(await under('file', 'a.plist')).toEqual({ state: 'absent' })
  expect(await under('directory')).toEqual({ state: 'unreadable' })
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
