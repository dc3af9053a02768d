import { chmodSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { type Edit, GateError } from '@gate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codecOf } from '../src/codec/codec-of.js'
import { stepsOf } from '../src/codec/edit-path.js'
import { sameValue } from '../src/codec/same-value.js'
import { getIn, setIn } from '../src/codec/value-path.js'
import { type CorpusKind, corpus } from './codec/corpus.js'
import { dotenvText, jsoncText, jsonText, tomlText } from './codec/documents.js'
import { plansFor } from './codec/plans.js'
import { reference } from './codec/reference.js'
import { createSandbox, removeSandboxesAfterEach, type Sandbox, treeOf } from './support/sandbox.js'

const LONG = { timeout: 300_000 }
const TEXTS = { json: jsonText, jsonc: jsoncText, toml: tomlText, dotenv: dotenvText }
const KINDS = ['json', 'jsonc', 'toml', 'dotenv'] as const

/** Where the file is: as it stands, or behind links as in a dotfiles repository. */
const places = fc.record({
  mode: fc.constantFrom(0o600, 0o644, 0o640),
  link: fc.constantFrom('none', 'file', 'directory'),
})
type Place = typeof places extends fc.Arbitrary<infer T> ? T : never

const garbage = fc.string({
  unit: fc.constantFrom(...'{}[]":=,#/* a1é', '\n', '\r', '\t', '\0', '\uFEFF', '\\', "'", 'true', '//'),
  maxLength: 40,
})

removeSandboxesAfterEach()

function put(sandbox: Sandbox, text: string, { mode, link }: Place): string {
  mkdirSync(sandbox.path('dotfiles'))
  const real = sandbox.path('dotfiles', 'config')
  writeFileSync(real, text)
  chmodSync(real, mode)
  if (link === 'none') return real
  if (link === 'file') symlinkSync('dotfiles/config', sandbox.path('config'))
  else symlinkSync('dotfiles', sandbox.path('linked'))
  return link === 'file' ? sandbox.path('config') : sandbox.path('linked', 'config')
}

/** A property over one file and one plan; refusals are checked to be law 6's and end the run. */
async function withFile(
  text: string,
  place: Place,
  edits: readonly Edit[],
  check: (run: Run) => Promise<void>,
): Promise<void> {
  const sandbox = createSandbox()
  const file = put(sandbox, text, place)
  const before = treeOf(sandbox.home)
  const at = (list: readonly Edit[]): Edit[] => list.map((edit) => ({ ...edit, file }))
  const setup = (list: readonly Edit[] = edits) =>
    sandbox.host.engine.apply({ clientId: 'demo', edits: at(list) }, { profile: 'p' })
  const teardown = () => sandbox.host.engine.revert('demo')
  try {
    await setup()
  } catch (error) {
    expect(error).toSatisfy(GateError.isInstance)
    expect(error).toMatchObject({ exitCode: 5, file, line: expect.any(Number) })
    expect(treeOf(sandbox.home)).toEqual(before)
    rmSync(sandbox.root, { recursive: true })
    return
  }
  await check({ sandbox, file, before, setup, teardown, edits: at(edits) })
  rmSync(sandbox.root, { recursive: true })
}

interface Run {
  readonly sandbox: Sandbox
  readonly file: string
  readonly before: Record<string, string>
  readonly edits: readonly Edit[]
  setup(edits?: readonly Edit[]): Promise<{ result: string; changes: readonly unknown[] }>
  teardown(): ReturnType<Sandbox['host']['engine']['revert']>
}

/** The same key with another value; an array's item keeps the key it is found by. */
function withValue(edit: Edit | undefined, text: string): Edit {
  const step = edit?.kind === 'json' ? edit.path.at(-1) : undefined
  return { ...edit, value: typeof step === 'object' ? { [step.where]: step.equals, text } : text } as Edit
}

/** The same keys with other values, as after a change of the gateway. */
function changed(edits: readonly Edit[]): Edit[] {
  return edits.map((edit) => withValue(edit, 'https://other.example.com'))
}

function contentOf(kind: CorpusKind, file: string): Record<string, unknown> {
  return reference(kind, readFileSync(file, 'utf8'))
}

const inputs = (kind: CorpusKind) => {
  const texts = fc.oneof(fc.constantFrom(...corpus(kind).map(({ text }) => text)), TEXTS[kind])
  return fc.tuple(texts, places, fc.constantFrom(...Object.values(plansFor(kind))))
}

describe.each(KINDS)('%s files', (kind) => {
  it('laws 1, 2, 5, 8: setup says what the plan says, again changes nothing, teardown restores every byte', LONG, () =>
    fc.assert(
      fc.asyncProperty(inputs(kind), ([text, place, edits]) =>
        withFile(text, place, edits, async ({ sandbox, file, before, setup, teardown }) => {
          for (const edit of edits) {
            const wanted = edit.kind === 'file' ? undefined : edit.value
            expect(sameValue(getIn(contentOf(kind, file), stepsOf(edit)), wanted)).toBe(true)
          }
          const inode = lstatSync(file).ino
          expect(await setup()).toMatchObject({ result: 'unchanged', changes: [] })
          expect(lstatSync(file).ino).toBe(inode)
          expect(await sandbox.host.engine.inspect('demo')).toMatchObject({ drifts: [] })
          expect(await teardown()).toMatchObject({ result: 'reverted' })
          expect(treeOf(sandbox.home)).toEqual(before)
        }),
      ),
      { numRuns: 40 },
    ),
  )

  it('law 3: a second setup with other values remembers the first original', LONG, () =>
    fc.assert(
      fc.asyncProperty(inputs(kind), ([text, place, edits]) =>
        withFile(text, place, edits, async ({ sandbox, before, setup, teardown }) => {
          await setup(changed(edits))
          await setup(edits.slice(0, 1))
          await setup(changed(edits))
          await teardown()
          expect(treeOf(sandbox.home)).toEqual(before)
        }),
      ),
      { numRuns: 25 },
    ),
  )

  it('law 3: F13 a value that the user changed after setup stays and is named, the others go', LONG, () =>
    fc.assert(
      fc.asyncProperty(inputs(kind), fc.nat(), ([text, place, edits], choice) =>
        withFile(text, place, edits, async ({ sandbox, file, teardown, edits: ours }) => {
          const index = choice % ours.length
          const edit = withValue(ours[index], 'the user wins') as Exclude<Edit, { kind: 'file' }>
          const codec = await codecOf(kind === 'jsonc' ? 'json' : kind)
          const now = readFileSync(file, 'utf8')
          writeFileSync(file, codec.apply(now, [edit], { file }).text)
          const { edits: undone } = await teardown()
          expect(undone.map(({ outcome }) => outcome === 'kept-user-change')).toEqual(ours.map((_, at) => at === index))
          const after = contentOf(kind, file)
          const original = reference(kind, text)
          expect(getIn(after, stepsOf(edit))).toEqual(edit.value)
          expect(sameValue(after, setIn(original, stepsOf(edit), edit.value))).toBe(true)
          expect(await sandbox.host.engine.receipts()).toEqual([])
        }),
      ),
      { numRuns: 25 },
    ),
  )

  it('law 3: F13 a setup after the user changed a value still remembers the first original', LONG, () =>
    fc.assert(
      fc.asyncProperty(inputs(kind), ([text, place, edits]) =>
        withFile(text, place, edits, async ({ file, setup, teardown, edits: ours }) => {
          const edit = withValue(ours[0], 'for a while')
          const codec = await codecOf(kind === 'jsonc' ? 'json' : kind)
          writeFileSync(file, codec.apply(readFileSync(file, 'utf8'), [edit], { file }).text)
          expect(await setup()).toMatchObject({ result: 'configured' })
          await teardown()
          expect(sameValue(contentOf(kind, file), reference(kind, text))).toBe(true)
        }),
      ),
      { numRuns: 20 },
    ),
  )

  it('law 6: F9 F10 any bytes are edited or refused with their position, never guessed at', LONG, () =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(garbage, TEXTS[kind].chain(damaged)),
        places,
        fc.constantFrom(...Object.values(plansFor(kind))),
        (text, place, edits) =>
          withFile(text, place, edits, async ({ sandbox, before, teardown }) => {
            await teardown()
            expect(treeOf(sandbox.home)).toEqual(before)
          }),
      ),
      { numRuns: 40 },
    ),
  )
})

/** A document with one piece cut out of it. */
function damaged(text: string): fc.Arbitrary<string> {
  return fc.tuple(fc.nat(text.length), fc.nat(5)).map(([at, length]) => text.slice(0, at) + text.slice(at + length))
}
