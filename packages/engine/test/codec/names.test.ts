import type { Edit, JsonEdit } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecOf } from '../../src/codec/codec-of.js'
import { FILE } from './plans.js'

const codec = await codecOf('json')
const context = { file: FILE }
const OURS = 'gate'

/** A selection and the item that it names, as a client's library of configurations holds them. */
const selection: JsonEdit = {
  kind: 'json',
  file: FILE,
  dialect: 'strict',
  path: ['applied'],
  value: OURS,
  names: { array: ['entries'], key: 'id' },
}
const item: JsonEdit = {
  kind: 'json',
  file: FILE,
  dialect: 'strict',
  path: ['entries', { where: 'id', equals: OURS }],
  value: { id: OURS, name: 'gate' },
}
const edits: readonly Edit[] = [selection, item]

interface Library {
  applied?: unknown
  entries?: unknown[]
}

const ids = ['a', 'b', 'c']
const entry = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...ids).map((id): unknown => ({ id, name: id.toUpperCase() })) },
  fc.constantFrom<unknown>('text', null, 7, { name: 'gate' }, { id: 5 }),
)
const library: fc.Arbitrary<Library> = fc.record(
  { applied: fc.oneof(fc.constantFrom<unknown>(...ids, '', 42, null)), entries: fc.array(entry, { maxLength: 4 }) },
  { requiredKeys: [] },
)

const has = (entries: readonly unknown[], id: unknown) =>
  entries.some((one) => typeof one === 'object' && one !== null && 'id' in one && one.id === id)

describe('a value that names an item', () => {
  it('comes back unless it named an item that is gone by now, and everything of others stays', () => {
    fc.assert(
      fc.property(library, fc.array(fc.nat(5)), (before, removals) => {
        const { text, owned } = codec.apply(JSON.stringify(before), edits, context)
        const stored = JSON.parse(JSON.stringify(owned))
        // The client writes the file anew, without some of the other items.
        const written = JSON.parse(text) as Required<Library>
        const left = written.entries.filter((one, index) => has([one], OURS) || !removals.includes(index))
        const rewritten = JSON.stringify({ ...written, entries: left }, null, 4)
        const undone = JSON.parse(codec.undo(rewritten, stored, context).text ?? '{}') as Library

        const kept = left.filter((one) => !has([one], OURS))
        const dangles = has(before.entries ?? [], before.applied) && !has(kept, before.applied)
        const expected: Library = {}
        if (before.applied !== undefined && !dangles) expected.applied = before.applied
        if (before.entries !== undefined || kept.length > 0) expected.entries = kept
        expect(undone).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('is told as removed when it does not come back', () => {
    const before = '{ "applied": "a", "entries": [{ "id": "a" }, { "id": "b" }] }'
    const { text, owned } = codec.apply(before, edits, context)
    const without = text.replace('{ "id": "a" }, ', '')
    expect(codec.undo(without, owned, context)).toMatchObject({ outcomes: ['removed', 'removed'] })
    expect(codec.undo(`${text}\n`, owned, context)).toMatchObject({ outcomes: ['restored', 'removed'] })
  })

  it('is the user’s when it was changed since', () => {
    const { text, owned } = codec.apply('{"applied":"a","entries":[{"id":"a"},{"id":"b"}]}', edits, context)
    const chosen = text.replace(`"applied":"${OURS}"`, '"applied":"b"')
    expect(JSON.parse(codec.undo(chosen, owned, context).text ?? '')).toEqual({
      applied: 'b',
      entries: [{ id: 'a' }, { id: 'b' }],
    })
  })
})
