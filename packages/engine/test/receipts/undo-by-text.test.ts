import { readFileSync, writeFileSync } from 'node:fs'
import type { Edit } from '@gate/core'
import { expect, it } from 'vitest'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'

removeSandboxesAfterEach()

const JSON_EDITS: readonly Omit<Extract<Edit, { kind: 'json' }>, 'file'>[] = [
  { kind: 'json', dialect: 'jsonc', path: ['helper'], value: 'gate' },
  { kind: 'json', dialect: 'jsonc', path: ['env', 'URL'], value: 'https://gateway.example' },
]
const TOML_EDITS: readonly Omit<Extract<Edit, { kind: 'toml' }>, 'file'>[] = [
  { kind: 'toml', path: ['model_provider'], value: 'gate' },
  { kind: 'toml', path: ['model_providers', 'gate'], value: { name: 'Gate', auth: { command: '/gate-token' } } },
]

/** What the user has, and what somebody does to it, with gate in it or not. */
const ROWS: readonly (readonly [before: string, foreign: (text: string) => string])[] = [
  ['{\n  "theme": "dark"  \n}', (text) => text.replace('dark', 'light')],
  ['{\n  "theme": "dark"  \n}', (text) => `// c\n${text}`],
  ['{\n  "a": 1,}', (text) => text.replace('1', '2')],
  ['{\n  "a": 1 ,\n  }  ', (text) => text.replace('{', '{ // c\n')],
  ['{ "a": 1, /* b */ } // c', (text) => text.replace('// c', '// d')],
  ['{ "zz": 1, "env": { } }\n', (text) => text.replace('1', '2')],
  ['{ /* c */ }', (text) => `${text}\n\n`],
  ['{\n  "env": {\n  }\n}', (text) => `${text} // c`],
  ['{ "env" : null , "a":1}', (text) => text.replace('"a":1', '"a":[1, 2]')],
  ['{"helper":"mine" , "env":{"URL" : "mine"  }}', (text) => text.replace('{', '{"zz":1,')],
]

it.each(ROWS)('JSON: undo leaves what was around gate’s keys as it was: %s', async (before, foreign) => {
  const sandbox = createSandbox()
  const { host } = sandbox
  const file = sandbox.path('c.json')
  writeFileSync(file, before)
  await host.engine.apply({ clientId: 'demo', edits: JSON_EDITS.map((edit) => ({ ...edit, file })) }, { profile: 'p' })
  writeFileSync(file, foreign(readFileSync(file, 'utf8')))
  await host.engine.revert('demo')
  expect(readFileSync(file, 'utf8')).toBe(foreign(before))
})

it.each([
  ['model_providers.mine.name = "m"\nmodel_providers.gate.name = "mine"\nmodel_providers.gate.x = 1', '# c\n'],
  ['model_provider = "mine"   # mine\r\n\r\n\r\n[a]\r\n', 'zz = 1\r\n'],
  ['# only a comment', '# c\n'],
])('TOML: the same for %s', async (before, added) => {
  const sandbox = createSandbox()
  const { host } = sandbox
  const file = sandbox.path('c.toml')
  writeFileSync(file, before)
  await host.engine.apply({ clientId: 'demo', edits: TOML_EDITS.map((edit) => ({ ...edit, file })) }, { profile: 'p' })
  writeFileSync(file, added + readFileSync(file, 'utf8'))
  await host.engine.revert('demo')
  expect(readFileSync(file, 'utf8')).toBe(added + before)
})

it('an empty object on two lines, shared by two clients, in whatever order they leave', async () => {
  for (const order of [
    ['one', 'two'],
    ['two', 'one'],
  ]) {
    const sandbox = createSandbox()
    const { host } = sandbox
    const file = sandbox.path('c.json')
    writeFileSync(file, '{\n}')
    for (const clientId of ['one', 'two']) {
      const edit: Edit = { kind: 'json', dialect: 'jsonc', file, path: [clientId], value: 1 }
      await host.engine.apply({ clientId, edits: [edit] }, { profile: 'p' })
    }
    for (const clientId of order) await host.engine.revert(clientId)
    expect(readFileSync(file, 'utf8')).toBe('{\n}')
  }
})

it('a comment of the user inside a value of gate’s stays', async () => {
  const sandbox = createSandbox()
  const { host } = sandbox
  const file = sandbox.path('c.json')
  writeFileSync(file, '{\n  "a": 1\n}\n')
  const edit: Edit = {
    kind: 'json',
    dialect: 'jsonc',
    file,
    path: ['gate'],
    value: { name: 'Gate', models: [{ id: 'm' }] },
  }
  await host.engine.apply({ clientId: 'demo', edits: [edit] }, { profile: 'p' })
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"name"', '// mine\n    "name"').replace('"m"', '"m" /* too */'),
  )
  await host.engine.revert('demo')
  expect(readFileSync(file, 'utf8')).toMatch(/^\{\n {2}"a": 1\s+\/\/ mine\s+\/\* too \*\/\s*\}\n$/)
})

it('a second setup names what the user had added to a value of gate’s', async () => {
  const sandbox = createSandbox()
  const { host } = sandbox
  const file = sandbox.path('c.toml')
  writeFileSync(file, 'a = 1\n')
  const plan = { clientId: 'demo', edits: TOML_EDITS.map((edit) => ({ ...edit, file })) }
  await host.engine.apply(plan, { profile: 'p' })
  const added = readFileSync(file, 'utf8').replace('name = "Gate"', 'name = "Gate"\n# why\nrequest_max_retries = 9')
  writeFileSync(file, added)
  const { notes } = await host.engine.apply(plan, { profile: 'p' })
  expect(notes.map(({ message }) => message).join('\n')).toContain('model_providers.gate.request_max_retries')
  expect(readFileSync(file, 'utf8')).toContain('# why')
})
