import { describe, expect, it } from 'vitest'
import { applySplices, invertSplices } from '../../src/codec/splice.js'
import { type CorpusKind, corpus } from './corpus.js'
import { codecFor } from './laws.js'
import { FILE, plansFor } from './plans.js'

const MEGABYTE = 1024 * 1024

/** A file of the corpus grown to a megabyte by what people's files grow by. */
function grown(kind: CorpusKind): string {
  const base = corpus(kind).find(({ name }) => /claude-full|vscode-user|codex-typical|gemini/.test(name))?.text ?? ''
  const count = Math.ceil(MEGABYTE / 85)
  const repeat = (line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('')
  const pad = 'x'.repeat(60)
  switch (kind) {
    case 'json':
      return base.replace(
        '{\n',
        () => `{\n${repeat((index) => `  "key${index}": ["${pad}", ${index}, { "a": null }],\n`)}`,
      )
    case 'jsonc':
      return base.replace('{\n', () => `{\n${repeat((index) => `  "key${index}": ["${pad}", ], // ${index}\n`)}`)
    case 'toml':
      return base + repeat((index) => `\n[projects."/home/u/${pad}/${index}"]\ntrust_level = "trusted" # c\n`)
    case 'dotenv':
      return base + repeat((index) => `KEY_${index}="${pad}" # comment ${index} ${pad.slice(30)}\n`)
  }
}

describe('a megabyte', () => {
  it.each(['json', 'jsonc', 'toml', 'dotenv'] as const)('of %s is set up and undone', { timeout: 120_000 }, (kind) => {
    const codec = codecFor(kind)
    const text = grown(kind)
    expect(text.length).toBeGreaterThan(MEGABYTE)
    const [edits = []] = Object.values(plansFor(kind))
    const applied = codec.apply(text, edits, { file: FILE })
    expect(applySplices(applied.text, invertSplices(applied.splices))).toBe(text)
    const { text: undone, outcomes } = codec.undo(applied.text, applied.owned, { file: FILE })
    expect(undone).toBe(text)
    expect(outcomes).not.toContain('kept-user-change')
  })
})
