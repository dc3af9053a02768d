import { afterAll, beforeAll, describe, it } from 'vitest'
import { piRows } from '../overrides/pi-rows.ts'
import { pi } from '../overrides/pi-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

describe('who wins in the real pi, and what gate status says', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(pi)
  })
  afterAll(() => scene?.close())

  it.each(piRows)('$title', (row) => playRow(scene, pi, row))
})
