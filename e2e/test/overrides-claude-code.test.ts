import { afterAll, beforeAll, describe, it } from 'vitest'
import { singleRows } from '../overrides/claude-code-rows.ts'
import { claudeCode } from '../overrides/claude-code-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

describe('who wins in the real Claude Code, and what gate status says', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(claudeCode)
  })
  afterAll(() => scene?.close())

  it.each(singleRows)('$title', (row) => playRow(scene, claudeCode, row))
})
