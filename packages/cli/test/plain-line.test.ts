import { parse } from '@oclif/core/parser'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LOADERS } from '../src/commands/index.js'
import type { CommandDefinition } from '../src/define-command.js'
import { oclifCommand } from '../src/framework/oclif-command.js'
import { completed, readPlainLine } from '../src/plain-line.js'

const commands = await Promise.all(
  Object.entries(LOADERS).map(async ([id, load]) => ({ id, definition: (await load()).default })),
)

/** Words that a command line of this command is made of, right and wrong. */
function words({ flags = {} }: CommandDefinition): fc.Arbitrary<string> {
  const names = Object.keys(flags)
  const flag = names.length === 0 ? fc.constant('--json') : fc.constantFrom(...names.map((name) => `--${name}`))
  const value = fc.constantFrom('codex', 'x', 'https://llm.example.com', 'a=b', '', '-', '-1', 'default')
  return fc.oneof(
    { weight: 4, arbitrary: flag },
    { weight: 4, arbitrary: value },
    { weight: 2, arbitrary: fc.tuple(flag, value).map(([name, text]) => `${name}=${text}`) },
    { weight: 1, arbitrary: flag.map((name) => name.replace('--', '--no-')) },
    { weight: 1, arbitrary: fc.constantFrom('--json', '--', '-y', '-h', '--nothing', '--__proto__', '--constructor') },
  )
}

/** What oclif makes of a line. */
async function byFramework(id: string, definition: CommandDefinition, argv: readonly string[]) {
  const command = oclifCommand(id, definition)
  const json = { json: { type: 'boolean', parse: async (value: boolean) => value } }
  const parsed = await parse([...argv], {
    args: command.args,
    flags: { ...command.flags, ...(command.enableJsonFlag ? json : {}) } as typeof command.flags,
    strict: command.strict,
  })
  const { json: isJson = false, ...flags } = parsed.flags as Record<string, unknown>
  return { isJson, parsed: completed(definition, flags, parsed.argv.map(String)) }
}

describe.each(commands)('$id', ({ id, definition }) => {
  test('a plain line is read as oclif reads it', async () => {
    let plain = 0
    await fc.assert(
      fc.asyncProperty(fc.array(words(definition), { maxLength: 5 }), async (argv) => {
        const line = readPlainLine(definition, argv)
        if (line === undefined) return
        plain++
        expect(line).toEqual(await byFramework(id, definition, argv))
      }),
      { numRuns: 400 },
    )
    expect(plain).toBeGreaterThan(0)
  })
})

test.each([
  ['status', ['codex', '--json']],
  ['status', ['--client', 'codex', '--client', 'pi', '--no-ask']],
  ['setup', ['--gateway-url', 'https://llm.example.com', '--anthropic-path', '', '--client=codex', '--dry-run']],
  ['config:set', ['gateway-url', 'https://llm.example.com']],
])('gate %s %j needs no framework', async (id, argv) => {
  const { default: definition } = await LOADERS[id as keyof typeof LOADERS]()
  expect(readPlainLine(definition, argv)).toBeDefined()
})
