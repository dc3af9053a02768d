import { afterAll, beforeAll, describe, it } from 'vitest'
import { furtherRows } from '../overrides/claude-code-rows.ts'
import { claudeCode } from '../overrides/claude-code-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

// A file of its own, so that it is played beside the other half of the table.
describe('who wins in the real Claude Code where less is known, and what gate status says', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(claudeCode)
  })
  afterAll(() => scene?.close())

  it.each(furtherRows)('$title', (row) => playRow(scene, claudeCode, row))
})
