import { Buffer } from 'node:buffer'
import { isTable } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameValue } from '../../src/codec/same-value.js'
import { type CorpusKind, corpus } from './corpus.js'
import { dotenvText, isSafeForJsonParse, jsoncText, jsonText, tomlText } from './documents.js'
import { checkApply, checkUndo, codecFor, foreign, isRefusal } from './laws.js'
import { FILE, plansFor } from './plans.js'
import { reference } from './reference.js'

const GENERATED: Record<CorpusKind, fc.Arbitrary<string>> = {
  json: jsonText,
  jsonc: jsoncText,
  toml: tomlText,
  dotenv: dotenvText,
}

interface Mutation {
  readonly at: number
  readonly remove: number
  readonly insert: string
}

const CONFUSING = [
  '{',
  '}',
  '[',
  ']',
  '"',
  "'",
  '"""',
  "'''",
  ',',
  ':',
  '=',
  '#',
  '//',
  '/*',
  '*/',
  '\\',
  '\n',
  '\r',
  '\r\n',
]
const ODD = [
  '\0',
  '\uFEFF',
  '\u00A0',
  '\u2028',
  'é',
  '😀',
  '.',
  '[[',
  ']]',
  'null',
  '0',
  '-',
  'e',
  'export ',
  '`',
  '{ ',
  '\t',
]

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.constantFrom(0, 1, 2), fc.nat(60)),
  insert: fc.oneof(fc.constantFrom('', ...CONFUSING, ...ODD), fc.string({ maxLength: 3 })),
})

/** Changes bytes, not characters, so that multi-byte characters are torn, too. */
function mutate(text: string, mutations: readonly Mutation[]): string {
  let bytes = Buffer.from(text, 'utf8')
  for (const { at, remove, insert } of mutations) {
    const from = at % (bytes.length + 1)
    bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(insert, 'utf8'), bytes.subarray(from + remove)])
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

function textOf(kind: CorpusKind): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...corpus(kind).map(({ text }) => text)), GENERATED[kind])
}

function refusedOr<T>(step: () => T): T | undefined {
  try {
    return step()
  } catch (error) {
    if (isRefusal(error)) return undefined
    throw error
  }
}

const RUNS: Record<CorpusKind, number> = { json: 600, jsonc: 600, toml: 400, dotenv: 400 }

describe.each(['json', 'jsonc', 'toml', 'dotenv'] as const)(
  'law 6: mutilated %s is refused with its position or edited right',
  (kind) => {
    const numRuns = Number(process.env.CODEC_RUNS ?? RUNS[kind])
    const codec = codecFor(kind)
    const plans = Object.values(plansFor(kind))
    const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 })

    it('before setup', { timeout: 900_000 }, () => {
      fc.assert(
        fc.property(textOf(kind), mutations, fc.constantFrom(...plans), (original, changes, edits) => {
          const text = mutate(original, changes)
          fc.pre(kind === 'toml' || kind === 'dotenv' || isSafeForJsonParse(text))
          const applied = refusedOr(() => codec.apply(text, edits, { file: FILE }))
          if (applied === undefined) return
          const { owned, before, text: after } = checkApply(kind, text, edits)
          const undo = () => checkUndo(kind, after, owned, before)
          // A broken dotenv file can become ambiguous by the removal of a line; the grammar of JSON and TOML cannot.
          if (kind === 'dotenv') refusedOr(undo)
          else undo()
        }),
        { numRuns },
      )
    })

    it('between setup and teardown', { timeout: 900_000 }, () => {
      fc.assert(
        fc.property(textOf(kind), mutations, fc.constantFrom(...plans), (original, changes, edits) => {
          const applied = refusedOr(() => codec.apply(original, edits, { file: FILE }))
          if (applied === undefined) return
          const text = mutate(applied.text, changes)
          fc.pre(kind === 'toml' || kind === 'dotenv' || isSafeForJsonParse(text))
          const undone = refusedOr(() => codec.undo(text, applied.owned, { file: FILE }))
          if (undone === undefined) return
          const [was, is] = [reference(kind, text), reference(kind, undone.text ?? '')]
          const same = sameValue(foreign(is, edits), foreign(was, edits))
          if (!same) expect(foreign(is, edits)).toEqual(foreign(was, edits))
          expect(same).toBe(true)
        }),
        { numRuns },
      )
    })
  },
)

it('accepts as strict JSON exactly what JSON.parse accepts', { timeout: 900_000 }, () => {
  const texts = fc
    .tuple(textOf('json'), fc.array(mutation, { maxLength: 2 }))
    .map(([text, changes]) => mutate(text, changes))
  fc.assert(
    fc.property(texts.filter(isSafeForJsonParse), (text) => {
      const read = refusedOr(() => codecFor('json').read(text, { file: FILE, dialect: 'strict' }))
      const body = text.replace(/^\uFEFF/, '')
      let expected: unknown
      try {
        expected = /^[ \t\r\n]*$/.test(body) ? {} : JSON.parse(body)
      } catch {
        expected = undefined
      }
      expect(read !== undefined).toBe(isTable(expected))
      if (read !== undefined) expect(sameValue(read.value, expected)).toBe(true)
    }),
    { numRuns: Number(process.env.CODEC_RUNS ?? 1000) },
  )
})
