import type { Edit, EditValue, JsonStep } from '@gate/core'
import fc from 'fast-check'
import { stepsOf } from '../../src/codec/edit-path.js'
import type { CorpusKind } from './corpus.js'
import { json, toml, variable } from './plans.js'

/** Values that both JSON and TOML hold; `null` is added for JSON. */
function values(withNull: boolean): fc.Arbitrary<EditValue> {
  const scalar = fc.oneof(
    fc.constantFrom<EditValue>(
      'gate',
      '',
      'two\nlines',
      '"#[',
      'é\u007F',
      true,
      0,
      -1.5,
      1e-7,
      ...(withNull ? [null] : []),
    ),
    fc.string({ maxLength: 6, unit: 'grapheme' }),
    fc.integer(),
  )
  const key = fc.oneof(
    fc.constantFrom('a', 'gate', 'x y', '__proto__', ''),
    fc.string({ maxLength: 3, unit: 'grapheme' }).filter((name) => !name.startsWith('\\')),
  )
  const { value } = fc.letrec<{ value: EditValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.uniqueArray(fc.tuple(key, tie('value')), { maxLength: 3, selector: ([name]) => name }).map((entries) => {
        // Object.fromEntries makes `__proto__` an own key, as parsers do.
        return Object.fromEntries(entries) as EditValue
      }),
    ),
  }))
  return value
}

const jsonStepName = fc.constantFrom('env', 'a', 'new', 'deep', 'model', 'x y', '__proto__', 'id')
const tomlStepName = fc.constantFrom(
  'model_provider',
  'model_providers',
  'gate',
  'features',
  'a',
  'b',
  't',
  'x y',
  '__proto__',
)

const jsonPath: fc.Arbitrary<[JsonStep, ...JsonStep[]]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(jsonStepName, { minLength: 1, maxLength: 4 })
      .map(([first = 'a', ...rest]): [JsonStep, ...JsonStep[]] => [first, ...rest]),
  },
  {
    weight: 1,
    // One item per list: the order of several would depend on who came first.
    arbitrary: fc
      .tuple(fc.constantFrom(['entries', 'id'] as const, ['list', 'name'] as const), fc.constantFrom('value', 'deep'))
      .map(([[list, where], key]): [JsonStep, ...JsonStep[]] => [list, { where, equals: 'gate' }, key]),
  },
)

const tomlPath = fc
  .array(tomlStepName, { minLength: 1, maxLength: 3 })
  .map(([first = 'a', ...rest]): [string, ...string[]] => [first, ...rest])

function overlaps(one: Edit, other: Edit): boolean {
  const [a, b] = [stepsOf(one), stepsOf(other)]
  const shared = Math.min(a.length, b.length)
  return JSON.stringify(a.slice(0, shared)) === JSON.stringify(b.slice(0, shared))
}

/** Edits of which none owns what another one is in; later ones that do are left out. */
function apart(edits: readonly Edit[]): Edit[] {
  const kept: Edit[] = []
  for (const edit of edits) if (!kept.some((other) => overlaps(edit, other))) kept.push(edit)
  return kept
}

function editOf(kind: CorpusKind): fc.Arbitrary<Edit> {
  switch (kind) {
    case 'json':
    case 'jsonc':
      return fc
        .tuple(jsonPath, values(true))
        .map(([path, value]) => json(path, value, kind === 'json' ? 'strict' : 'jsonc'))
    case 'toml':
      return fc.tuple(tomlPath, values(false)).map(([path, value]) => toml(path, value))
    case 'dotenv':
      return fc
        .tuple(
          fc.constantFrom('A', 'GEMINI_API_KEY', 'EMPTY', 'LAST', 'NEW'),
          fc.constantFrom('', 'x', 'a b', '#', "it's", '$HOME', 'a\nb', '\\n'),
        )
        .map(([name, value]) => variable(name, value))
  }
}

/** Any plan for one file, and what somebody else may change in the same file meanwhile. */
export function plansOfTwo(kind: CorpusKind): fc.Arbitrary<{ ours: Edit[]; theirs: Edit[] }> {
  const edits = fc.array(editOf(kind), { minLength: 1, maxLength: 6 })
  return fc.tuple(edits, fc.nat(3)).map(([all, count]) => {
    const kept = apart(all)
    const ours = Math.max(1, kept.length - count)
    return { ours: kept.slice(0, ours), theirs: kept.slice(ours) }
  })
}
