import { type Edit, GateError } from '@gate/core'
import { describe, expect, it } from 'vitest'
import { type CorpusKind, corpus } from './corpus.js'
import { checkLaws, codecFor } from './laws.js'
import { FILE, plansFor } from './plans.js'

const KINDS: CorpusKind[] = ['json', 'jsonc', 'toml', 'dotenv']

/** Pairs that cannot work, because what stands in the plan's way is ambiguous or no container. */
const REFUSED: Readonly<Record<string, string>> = {
  'json/duplicate-foreign-keys.json: values of every type': 'file-duplicate-key 4:3',
  'toml/lf-and-crlf.toml: single keys': 'file-wrong-shape 1:1',
  'toml/odd-indentation.toml: single keys': 'file-wrong-shape 1:4',
}

function refusal(kind: CorpusKind, text: string, edits: readonly Edit[]): string | undefined {
  try {
    codecFor(kind).apply(text, edits, { file: FILE })
  } catch (error) {
    if (GateError.isInstance(error) && error.file === FILE) return `${error.code} ${error.line}:${error.column}`
    throw error
  }
  return undefined
}

describe.each(KINDS)('the laws hold for every %s file of the corpus', (kind) => {
  for (const { name, text } of corpus(kind)) {
    for (const [plan, edits] of Object.entries(plansFor(kind))) {
      const title = `${name}: ${plan}`
      it(title, { timeout: 30_000 }, () => {
        expect(refusal(kind, text, edits)).toBe(REFUSED[title])
        if (REFUSED[title] === undefined) checkLaws(kind, text, edits)
      })
    }
  }
})

it('holds at least 45 files', () => {
  expect(KINDS.flatMap(corpus).length).toBeGreaterThanOrEqual(45)
})
