import { describe, expect, it } from 'vitest'
import { clientWords } from '../src/client-words.js'

const FILE = '/home/user/.codex/config.toml'
const CHAIN = (...causes: string[]) =>
  `WARNING: proceeding, even though\nError: failed to load bootstrap configuration\n\nCaused by:\n${causes.join('\n')}\n\nStack backtrace:\n   0: <unknown>\n`

describe("Codex's own words", () => {
  it.each([
    [
      'a value of 0.171.0, without a file',
      CHAIN('    unknown variant `nonsense`, expected one of `untrusted`, `never`', '    in `approval_policy`'),
      {
        text: 'unknown variant `nonsense`, expected one of `untrusted`, `never` in `approval_policy`',
        key: ['approval_policy'],
      },
    ],
    [
      'a value of 0.134.0, with its file',
      `Error: ${FILE}:2:19: invalid type: integer \`5\`, expected a string\n\nCaused by:\n    invalid type\n    in \`model\`\n`,
      { text: 'invalid type: integer `5`, expected a string in `model`', file: FILE, line: 2, key: ['model'] },
    ],
    [
      'a file that is no TOML',
      CHAIN(`    0: ${FILE}:10:5: string values must be quoted`, '    1: TOML parse error at line 10, column 5'),
      { text: 'string values must be quoted', file: FILE, line: 10, key: [] },
    ],
    [
      'a table that is named in front',
      CHAIN('    model_providers.x: provider name must not be empty', '    in `model_providers`'),
      { text: 'model_providers.x: provider name must not be empty', key: ['model_providers', 'x'] },
    ],
    [
      'a file of rules',
      'Error: failed to parse policy at /r/a.rules\n\nCaused by:\n    starlark error: error: Parse error\n    --> /r/a.rules:3:1\n     |\n',
      { text: 'Parse error', file: '/r/a.rules', line: 3, key: [] },
    ],
    ['a single line', 'Error: config profile `x` not found\n', { text: 'config profile `x` not found', key: [] }],
    ['nothing', '', { text: 'it says nothing', key: [] }],
  ])('of %s', (_, stderr, words) => expect(clientWords(stderr)).toEqual(words))

  it('do not tell what may be a secret in the wrong place', () => {
    const said = clientWords(CHAIN('    invalid type: string "sk-canary-canary", expected a map', '    in `x`'))
    expect(said.text).toBe('invalid type: a string, expected a map in `x`')
    const variant = clientWords(CHAIN('    unknown variant `sk-canary-canary-canary-1`, expected `a`', '    in `x`'))
    expect(variant.text).not.toContain('canary')
  })
})
