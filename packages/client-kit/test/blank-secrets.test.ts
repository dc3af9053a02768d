import { expect, it } from 'vitest'
import { blankSecrets } from '../src/program/blank-secrets.js'

it.each([
  ['{"apiKey": "sk-1"}', '{"apiKey": "xxxx"}'],
  ['{"apiKey": "a\\"b"}', '{"apiKey": "xxxx"}'],
  ['{"headers": {"X-Team": "core",\n "b": "12"}}', '{"headers": {"X-Team": "xxxx",\n "b": "xx"}}'],
  ['{"environment": {"A": "1"}, "model": "gate/m"}', '{"environment": {"A": "x"}, "model": "gate/m"}'],
  ['{"url": "http://me:secret@host/x"}', '{"url": "http://me:xxxxxx@host/x"}'],
  ['{"apiKey": "{env:KEY}", "token": "{file:~/t}"}', '{"apiKey": "{env:KEY}", "token": "{file:~/t}"}'],
  ['{"model": "a", // token: "b"\n}', '{"model": "a", // token: "b"\n}'],
])('%s', (text, wanted) => {
  expect(blankSecrets(text)).toBe(wanted)
  expect(wanted).toHaveLength(text.length)
})
