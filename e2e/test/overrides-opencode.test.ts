import { afterAll, beforeAll, describe, it } from 'vitest'
import { opencodeRows } from '../overrides/opencode-rows.ts'
import { opencode } from '../overrides/opencode-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

describe('who wins in the real OpenCode, and what gate status says', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(opencode)
  })
  afterAll(() => scene?.close())

  it.each(opencodeRows)('$title', (row) => playRow(scene, opencode, row))
})
