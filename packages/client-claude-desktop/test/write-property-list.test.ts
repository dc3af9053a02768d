import { propertyListValues } from '@gate/client-kit'
import { buildBinary } from 'plist'
import { expect, it } from 'vitest'
import { propertyListOf, propertyListText } from '../src/property-list/write-property-list.js'

const VALUES = { text: 'a <b> & c', number: 3, yes: true, list: ['x'], more: { deep: 'y' } }

it('writes what reads the same, as text that people can read, too', async () => {
  const bytes = await propertyListOf(VALUES, '/x.plist')
  expect(await propertyListValues(bytes)).toEqual(VALUES)
  expect(await propertyListText(bytes)).toBe(bytes.toString('utf8'))
  expect(await propertyListText(Buffer.from(buildBinary(VALUES)))).toBe(bytes.toString('utf8'))
})

it.each(['a\u0000b', 'a\u0007b', 'a\ud800b'])('refuses what XML cannot hold: %j', async (text) => {
  await expect(propertyListOf({ text }, '/x.plist')).rejects.toMatchObject({
    code: 'result-mismatch',
    file: '/x.plist',
  })
})
