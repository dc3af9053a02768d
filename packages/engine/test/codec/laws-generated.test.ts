import type { Edit } from '@gate/core'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { CorpusKind } from './corpus.js'
import { dotenvText, jsoncText, jsonText, tomlText } from './documents.js'
import { checkLaws, checkTheirEdits, codecFor, isRefusal } from './laws.js'
import { FILE, plansFor } from './plans.js'
import { plansOfTwo } from './random-plans.js'

const TEXTS: Record<CorpusKind, fc.Arbitrary<string>> = {
  json: jsonText,
  jsonc: jsoncText,
  toml: tomlText,
  dotenv: dotenvText,
}

/** Runs per kind; TOML is the dear one. */
const RUNS: Record<CorpusKind, number> = { json: 120, jsonc: 150, toml: 120, dotenv: 200 }

function isRefused(kind: CorpusKind, text: string, edits: readonly Edit[]): boolean {
  try {
    codecFor(kind).apply(text, edits, { file: FILE })
    return false
  } catch (error) {
    if (isRefusal(error)) return true
    throw error
  }
}

/** `CODEC_RUNS=5000` looks longer than a check can. */
const TIME = { timeout: 900_000 }
const numRuns = (kind: CorpusKind) => ({ numRuns: Number(process.env.CODEC_RUNS ?? RUNS[kind]) })

describe.each(['json', 'jsonc', 'toml', 'dotenv'] as const)('generated documents: %s', (kind) => {
  it('the laws hold for the plans of the clients', TIME, () => {
    const plans = fc.constantFrom(...Object.values(plansFor(kind)))
    fc.assert(
      fc.property(TEXTS[kind], plans, (text, edits) => {
        if (!isRefused(kind, text, edits)) checkLaws(kind, text, edits)
      }),
      numRuns(kind),
    )
  })

  it('the laws hold for any plan, and what others change meanwhile is as without gate', TIME, () => {
    fc.assert(
      fc.property(TEXTS[kind], plansOfTwo(kind), (text, { ours, theirs }) => {
        if (isRefused(kind, text, ours)) return
        checkLaws(kind, text, ours)
        if (!isRefused(kind, text, theirs)) checkTheirEdits(kind, text, ours, theirs)
      }),
      numRuns(kind),
    )
  })
})
