import { afterAll, beforeAll, describe, it } from 'vitest'
import { codexRows } from '../overrides/codex-rows.ts'
import { codex } from '../overrides/codex-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

describe('who wins in the real Codex, and what gate status says', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(codex)
  })
  afterAll(() => scene?.close())

  it.each(codexRows)('$title', (row) => playRow(scene, codex, row))
})
