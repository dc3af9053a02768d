import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskSecrets } from '../../src/gateway/mask.js'

const SECRET = 'S3cretValueOf42Tests'

test.each([
  ['JSON', `  "ANTHROPIC_AUTH_TOKEN": "${SECRET}",`],
  ['JSON in one line', `{"env":{"MY_API_KEY":"${SECRET}","A":"b"}}`],
  ['TOML', `experimental_bearer_token = "${SECRET}"`],
  ['TOML with single quotes', `api_key = '${SECRET}'`],
  ['dotenv', `OPENAI_API_KEY=${SECRET}`],
  ['a password', `"password": "${SECRET}"`],
  ['a header', `"Authorization": "Bearer ${SECRET}"`],
  ['a header in text', `X-Foo: 1\\nX-Api-Key: ${SECRET}`],
  ['headers in one variable', `"HEADERS": "Authorization: Bearer ${SECRET}"`],
  ['an escaped quote before it', `"my_token": "a\\"${SECRET}"`],
  ['a JWT anywhere', '# eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'],
  ['a key of a known shape', 'note: sk-ant-api03-abcdefghijklmnop'],
  ['a long random word', `"X": "${SECRET}${SECRET}"`],
])('hides a secret in %s', (_name, line) => {
  const masked = maskSecrets(line)
  expect(masked).toContain('•••')
  for (const part of [SECRET, 'eyJzdWIiOiJ4In0', 'abcdefghijklmnop']) expect(masked).not.toContain(part)
})

test.each([
  `  "apiKeyHelper": "'/home/me/.local/state/gate/bin/gate-token-default' --client claude-code",`,
  '  "ANTHROPIC_BASE_URL": "https://llm.example.com/anthropic",',
  '"model": "us.anthropic.claude-haiku-4-5-20251001-v1:0"',
  'refresh_interval_ms = 60000',
  '"max_tokens": 4096,',
  '"ANTHROPIC_AUTH_TOKEN": ""',
  '+model_provider = "gate"',
  '[model_providers.gate.auth]',
])('leaves %s readable', (line) => {
  expect(maskSecrets(line)).toBe(line)
})

test('property: the value of a setting that sounds like a secret never shows', () => {
  const name = fc.constantFrom(
    'token',
    'API_KEY',
    'mySecret',
    'password',
    'client_secret',
    'aws_access_key',
    'private.key',
  )
  const value = fc.stringMatching(/^[a-z][A-Za-z0-9_+/-]{7,30}$/)
  const form = fc.constantFrom(
    (n: string, v: string) => `"${n}": "${v}"`,
    (n: string, v: string) => `${n} = '${v}'`,
    (n: string, v: string) => `${n}=${v}`,
  )
  fc.assert(
    fc.property(name, value, form, fc.string(), (n, v, write, before) => {
      fc.pre(!/helper/i.test(before + n) && !before.includes(v))
      expect(maskSecrets(`${before}\n${write(n, v)}\n`)).not.toContain(v)
    }),
  )
})
