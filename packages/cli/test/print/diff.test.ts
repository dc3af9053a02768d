import { expect, test } from 'vitest'
import { diffText } from '../../src/print/diff.js'

test('a changed file, a new one and one that goes', () => {
  const text = diffText([
    { path: '/home/a.json', before: '{\n  "a": 1\n}\n', after: '{\n  "a": 2\n}\n' },
    { path: '/home/new.toml', before: undefined, after: 'a = 1\n' },
    { path: '/home/old.toml', before: 'a = 1\n', after: undefined },
  ])
  expect(text).toBe(
    [
      ...['--- /home/a.json', '+++ /home/a.json', '@@ -1,3 +1,3 @@', ' {', '-  "a": 1', '+  "a": 2', ' }'],
      ...['--- /dev/null', '+++ /home/new.toml', '@@ -0,0 +1,1 @@', '+a = 1'],
      ...['--- /home/old.toml', '+++ /dev/null', '@@ -1,1 +0,0 @@', '-a = 1', ''],
    ].join('\n'),
  )
})

test('carriage returns are visible, secrets are not', () => {
  const text = diffText([
    { path: '/f', before: '"api_key": "abc123def456"\r\n', after: '"api_key": "abc123def456"\r\n"b": 1\r\n' },
  ])
  expect(text).toContain(' "api_key": "•••"␍')
  expect(text).not.toContain('\r')
})
