import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { advice, type Host, undoFile } from '@gate/core'
import { build, buildBinary, parse } from 'plist'
import { expect, it } from 'vitest'
import {
  changePropertyList,
  changesFile,
  propertyListChange,
  propertyListDiff,
} from '../src/property-list/property-list-keys.js'
import { readUndoRecord, writeUndoRecord } from '../src/property-list/undo-record.js'
import { createRealMachine, removeMachinesAfterEach } from './real-machine.js'

removeMachinesAfterEach()

const CLIENT = 'example'
const VALUES = { url: 'https://gw.example.com', token: 'helper' }
const CALL = { prompt: 'gate wants something.', fix: advice('Ask.') }

/** A machine whose dialog runs what it is given at once, as this user. */
function machine(before?: string | Buffer) {
  const machine = createRealMachine()
  const { host } = machine
  const location = machine.path('example.plist')
  if (before !== undefined) writeFileSync(location, before)
  const asked: string[] = []
  const run: Host['process']['run'] = async (_command, args, options) => {
    asked.push(args.at(-1) ?? '')
    return host.process.run('/bin/sh', ['-c', args.at(-2) ?? ''], options)
  }
  const mac: Host = { ...host, platform: 'darwin', env: {}, process: { ...host.process, run } }
  const set = async (values: typeof VALUES | undefined, force = false) => {
    const known = await readUndoRecord(mac, CLIENT)
    const change = await propertyListChange(mac, { location, before: known, values, force })
    await changePropertyList(mac, CLIENT, change, CALL)
    return change
  }
  return { mac, location, asked, set, values: () => parse(readFileSync(location, 'utf8')) }
}

it.each([
  ['no file', undefined],
  ['XML', `${build({ mine: 'x' })}\n\n`],
  ['a binary one', Buffer.from(buildBinary({ mine: 'x' }))],
])('%s comes back byte for byte', async (_what, before) => {
  const { mac, location, set, values, asked } = machine(before)
  await set(VALUES)
  expect(values()).toEqual({ ...(before === undefined ? {} : { mine: 'x' }), ...VALUES })
  await set({ ...VALUES, url: 'https://next.example.com' })
  const undone = await set(undefined)
  expect(undone.undone.map(({ outcome }) => outcome)).toEqual(['removed', 'removed'])
  if (before === undefined) expect(existsSync(location)).toBe(false)
  else expect(readFileSync(location)).toEqual(Buffer.from(before))
  expect(await readUndoRecord(mac, CLIENT)).toBeUndefined()
  expect(asked).toEqual(Array(3).fill(CALL.prompt))
})

it('asks for nothing when the file says it already', async () => {
  const { set, asked } = machine()
  await set(VALUES)
  expect(changesFile(await set(VALUES))).toBe(false)
  expect(asked).toHaveLength(1)
})

it('keys of others stay, and a changed one of gate’s is left alone unless forced', async () => {
  for (const force of [false, true]) {
    const { location, set, values } = machine()
    await set(VALUES)
    writeFileSync(location, build({ ...VALUES, token: 'theirs', other: 'x' }))
    const { undone } = await set(undefined, force)
    expect(undone.map(({ path, outcome }) => [path, outcome])).toEqual([
      ['url', 'removed'],
      ['token', force ? 'removed' : 'kept-user-change'],
    ])
    expect(values()).toEqual(force ? { other: 'x' } : { token: 'theirs', other: 'x' })
  }
})

it('a file that is gone needs no password to be undone', async () => {
  const { location, set, asked } = machine()
  await set(VALUES)
  rmSync(location)
  expect((await set(undefined)).undone.map(({ outcome }) => outcome)).toEqual(['already-gone', 'already-gone'])
  expect(asked).toHaveLength(1)
})

it('what cannot be read is refused', async () => {
  await expect(machine('{}').set(VALUES)).rejects.toMatchObject({ code: 'file-unparsable' })
})

it('a refused password puts back what was remembered', async () => {
  const { mac, location, set } = machine()
  await set(VALUES)
  const known = await readUndoRecord(mac, CLIENT)
  const refusing: Host = {
    ...mac,
    process: { ...mac.process, run: async () => ({ code: 1, stdout: '', stderr: 'x (-128)', timedOut: false }) },
  }
  for (const values of [{ ...VALUES, url: 'https://next.example.com' }, undefined]) {
    const change = await propertyListChange(mac, { location, before: known, values })
    await expect(changePropertyList(refusing, CLIENT, change, CALL)).rejects.toMatchObject({
      code: 'elevation-refused',
      file: location,
      fix: CALL.fix,
    })
    expect(await readUndoRecord(mac, CLIENT)).toEqual(known)
  }
})

it('a change is told as text, and none as nothing', async () => {
  const { mac, location } = machine(Buffer.from(buildBinary({ mine: 'x' })))
  const change = await propertyListChange(mac, { location, before: undefined, values: VALUES })
  const [diff] = await propertyListDiff(change)
  expect(diff?.before).toContain('<string>x</string>')
  expect(diff?.after).toContain(`<string>${VALUES.url}</string>`)
  expect(await propertyListDiff({ ...change, wanted: change.current })).toEqual([])
})

it.each(['{', '[]', '{"version":2}', '{"version":1,"propertyList":{"location":"/x","before":7}}'])(
  'a damaged record is an error that says where it is: %s',
  async (text) => {
    const { mac, set } = machine()
    await set(VALUES)
    writeFileSync(undoFile(mac, CLIENT), text)
    await expect(readUndoRecord(mac, CLIENT)).rejects.toMatchObject({
      code: 'ledger-corrupt',
      file: undoFile(mac, CLIENT),
    })
    await writeUndoRecord(mac, CLIENT, undefined)
    expect(await readUndoRecord(mac, CLIENT)).toBeUndefined()
  },
)
