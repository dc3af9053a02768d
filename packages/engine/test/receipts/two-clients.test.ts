import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type Edit, GateError } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameValue } from '../../src/codec/same-value.js'
import { type CorpusFile, type CorpusKind, corpus } from '../codec/corpus.js'
import { plansFor } from '../codec/plans.js'
import { reference } from '../codec/reference.js'
import { createSandbox, removeSandboxesAfterEach } from '../support/sandbox.js'

removeSandboxesAfterEach()

const KINDS = ['json', 'jsonc', 'toml', 'dotenv'] as const
const CLIENTS = ['one', 'two'] as const
type PlanOfTwo = Readonly<Record<(typeof CLIENTS)[number], readonly Edit[]>>

/**
 * Files of which an undo by key gives back every value, but not every blank: what stood between the brackets of an
 * empty object is known to the client alone that wrote there first, and a table out of dotted keys comes back with a
 * header.
 */
const ONLY_VALUES = [
  'json/empty-object-open.json',
  'jsonc/empty-with-comment-inline.jsonc',
  'toml/dotted-foreign-gate.toml',
]

/** The edits of any plan, each given to one of two clients, so that no key is of both. */
function plansOfTwo(kind: CorpusKind): fc.Arbitrary<PlanOfTwo> {
  return fc
    .constantFrom(...Object.values(plansFor(kind)))
    .chain((edits) => fc.tuple(fc.constant(edits), fc.integer({ min: 1, max: 2 ** edits.length - 2 })))
    .map(([edits, choice]) => {
      const isOfOne = edits.map((_, index) => Math.floor(choice / 2 ** index) % 2 === 1)
      return {
        one: edits.filter((_, index) => isOfOne[index]),
        two: edits.filter((_, index) => !isOfOne[index]),
      }
    })
}

/** The text of a file after setup and teardown of both clients; undefined when a plan does not fit the file. */
async function undone(text: string, plans: PlanOfTwo, teardowns: readonly string[]): Promise<string | undefined> {
  const sandbox = createSandbox()
  const { engine } = sandbox.host
  const file = sandbox.path('config')
  writeFileSync(file, text)
  try {
    for (const clientId of CLIENTS) {
      const edits = plans[clientId].map((edit) => ({ ...edit, file }))
      await engine.apply({ clientId, edits }, { profile: 'p' })
    }
  } catch (error) {
    expect(GateError.isInstance(error) && error.exitCode).toBe(5)
    return undefined
  }
  for (const clientId of teardowns) await engine.revert(clientId)
  const after = readFileSync(file, 'utf8')
  rmSync(sandbox.root, { recursive: true })
  return after
}

function expectRestored(kind: CorpusKind, { name, text }: CorpusFile, after: string): void {
  if (ONLY_VALUES.includes(name)) expect(sameValue(reference(kind, after), reference(kind, text))).toBe(true)
  else expect(after).toBe(text)
}

describe('law 2: two clients with keys of their own in one file leave it as it was, whoever goes first', () => {
  it.each(KINDS)('%s', { timeout: 300_000 }, (kind) =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...corpus(kind)),
        plansOfTwo(kind),
        fc.constantFrom(['one', 'two'], ['two', 'one']),
        async (file, plans, teardowns) => {
          const after = await undone(file.text, plans, teardowns)
          if (after !== undefined) expectRestored(kind, file, after)
        },
      ),
      { numRuns: Number(process.env.CODEC_RUNS ?? 60) },
    ),
  )
})

describe('a comment in front of what two clients wrote takes nothing in', () => {
  const json = (path: readonly [string, ...string[]], value: string): Edit => ({
    kind: 'json',
    file: '/home/u/config',
    dialect: 'jsonc',
    path,
    value,
  })
  const toml = (path: readonly [string, ...string[]], value: string): Edit => ({
    kind: 'toml',
    file: '/home/u/config',
    path,
    value,
  })

  it.each([
    ['jsonc, a line of its own', '{\n  "env": {\n    // only this\n  } /* end */\n}\n', json],
    ['jsonc, beside the bracket', '{\n  "env": { // only this\n  } /* end */\n}\n', json],
    ['jsonc, behind a member', '{\n  "env": {\n    "x": 1 // one: http://x\n  } /* end */\n}\n', json],
    ['toml, below a header', '[env] # only this\n# and this\n', toml],
  ] as const)('%s', async (_name, text, edit) => {
    const plans = { one: [edit(['env', 'a'], 'x')], two: [edit(['env', 'b'], 'y'), edit(['c'], 'z')] }
    for (const teardowns of [CLIENTS, CLIENTS.toReversed()]) expect(await undone(text, plans, teardowns)).toBe(text)
  })
})
