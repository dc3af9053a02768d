import { expect, test } from 'vitest'
import { differences } from './compare.js'

const RECORDED = {
  schemaVersion: 1,
  error: null,
  clients: [
    { id: 'codex', state: 'connected', notes: [] },
    { id: 'opencode', state: 'detected', notes: [{ code: 'profile' }] },
  ],
}

test.each([
  ['the same', RECORDED],
  ['another order of fields', { clients: RECORDED.clients, error: null, schemaVersion: 1 }],
  ['a new field', { ...RECORDED, added: 1 }],
  [
    'a new field of an item',
    { ...RECORDED, clients: RECORDED.clients.map((client) => ({ ...client, added: [1, 2] })) },
  ],
])('%s is no difference', (_title, now) => {
  expect(differences(RECORDED, now)).toEqual([])
})

const [codex, opencode] = RECORDED.clients
const { error: _error, ...withoutError } = RECORDED

test.each([
  ['a missing field', withoutError, '$.error: is missing'],
  [
    'a missing field of an item',
    { ...RECORDED, clients: [codex, { id: 'opencode', notes: opencode?.notes }] },
    '$.clients[1].state: is missing',
  ],
  ['a changed value', { ...RECORDED, schemaVersion: 2 }, '$.schemaVersion: 1 became 2'],
  ['a value of another type', { ...RECORDED, schemaVersion: '1' }, '$.schemaVersion: 1 became "1"'],
  ['null that became an object', { ...RECORDED, error: {} }, '$.error: null became {}'],
  ['a shorter array', { ...RECORDED, clients: [codex] }, `$.clients: 2 items became 1: ${JSON.stringify([codex])}`],
  [
    'a longer array',
    { ...RECORDED, clients: [codex, { ...opencode, notes: [{ code: 'profile' }, {}] }] },
    '$.clients[1].notes: 1 items became 2: [{"code":"profile"},{}]',
  ],
  ['another order of items', { ...RECORDED, clients: [opencode, codex] }, '$.clients[0].id: "codex" became "opencode"'],
  ['an array that became an object', { ...RECORDED, clients: { 0: codex, 1: opencode } }, '$.clients: '],
  ['an object that became an array', { ...RECORDED, clients: [[], opencode] }, '$.clients[0]: '],
])('%s is a difference', (_title, now, expected) => {
  expect(differences(RECORDED, now)[0]).toContain(expected)
})
