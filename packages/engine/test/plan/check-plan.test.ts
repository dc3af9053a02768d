import type { Edit, Plan } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { checkPlan } from '../../src/plan/check-plan.js'
import { json, planOf } from '../support/plans.js'
import { createSandbox, removeSandboxesAfterEach, treeOf } from '../support/sandbox.js'

removeSandboxesAfterEach()

const toml = (file: string, ...path: [string, ...string[]]): Edit => ({ kind: 'toml', file, path, value: 'x' })
const item = (equals: string, ...rest: string[]): Edit => ({
  kind: 'json',
  dialect: 'jsonc',
  file: '/s',
  path: ['list', { where: 'id', equals }, ...rest],
  value: 1,
})

const bad: Record<string, unknown> = {
  'a relative path': planOf('demo', json('s.json', ['a'], 'b')),
  'F19 a path that leaves its directory': planOf('demo', json('/home/u/.claude/../../other', ['a'], 'b')),
  'F19 a path with NUL': planOf('demo', json('/home/\0', ['a'], 'b')),
  'a path of a directory': planOf('demo', json('/home/u/', ['a'], 'b')),
  'F19 a client id that is a path': planOf('../demo', json('/s', ['a'], 'b')),
  'a client id that is a property of objects': planOf('__proto__', json('/s', ['a'], 'b')),
  'two edits on one key': planOf('demo', json('/s', ['a', 'b'], '1'), json('/s', ['a', 'b'], '2')),
  'an edit inside another one': planOf('demo', json('/s', ['a'], '1'), json('/s', ['a', 'b'], '2')),
  'an edit around another one': planOf('demo', toml('/s', 'a', 'b'), toml('/s', 'a')),
  'two edits in one array item': planOf('demo', item('x'), item('x', 'name')),
  'two variables of one name': planOf(
    'demo',
    { kind: 'dotenv', file: '/e', name: 'A', value: '1' },
    { kind: 'dotenv', file: '/e', name: 'A', value: '2' },
  ),
  'a whole file twice': planOf(
    'demo',
    { kind: 'file', file: '/f', content: 'a' },
    { kind: 'file', file: '/f', content: 'b' },
  ),
  'F9 a whole file with NUL, which would be no text': planOf('demo', { kind: 'file', file: '/f', content: 'a\0b' }),
  'F9 a whole file with half a character': planOf('demo', { kind: 'file', file: '/f', content: 'a\ud800b' }),
  'one file in two formats': planOf('demo', json('/s', ['a'], '1'), toml('/s', 'b')),
  'an empty path of a key': { clientId: 'demo', edits: [{ ...json('/s', ['a'], '1'), path: [] }] },
  'a value that JSON cannot hold': { clientId: 'demo', edits: [{ ...json('/s', ['a'], '1'), value: undefined }] },
  'a number that is none': { clientId: 'demo', edits: [{ ...json('/s', ['a'], '1'), value: Number.NaN }] },
  'an unknown kind': { clientId: 'demo', edits: [{ kind: 'yaml', file: '/s', path: ['a'], value: 1 }] },
  'an unknown field': { clientId: 'demo', edits: [{ ...json('/s', ['a'], '1'), owner: 'root' }] },
  'set-id bits': { clientId: 'demo', edits: [{ kind: 'file', file: '/f', content: '', mode: 0o4755 }] },
  'no edits at all': { clientId: 'demo' },
  'no plan': null,
}

describe('law 6: a plan that is not valid is refused before anything is touched', () => {
  it.each(Object.entries(bad))('%s', async (_name, plan) => {
    const sandbox = createSandbox()
    const before = treeOf(sandbox.root)
    const result = sandbox.host.engine.apply(plan as Plan, { profile: 'p' })
    await expect(result).rejects.toMatchObject({ code: 'edit-invalid', message: expect.any(String) })
    expect(treeOf(sandbox.root)).toEqual(before)
  })
})

it('groups the edits by file, in their order', async () => {
  const { host } = createSandbox()
  const plan = planOf('demo', json('/a', ['x'], '1'), toml('/b', 'y'), json('/a', ['z'], '2'), item('x'), item('y'))
  expect((await checkPlan(host, plan)).map(({ path, edits }) => [path, edits.length])).toEqual([
    ['/a', 2],
    ['/b', 1],
    ['/s', 2],
  ])
})
