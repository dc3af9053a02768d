import { afterAll, beforeAll, describe, it } from 'vitest'
import { clientVersion } from '../harness/client-versions.ts'
import { codexRows } from '../overrides/codex-rows.ts'
import { codex } from '../overrides/codex-scene.ts'
import { someRowsFor } from '../overrides/override-row.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

/** Older versions that people still run; of each, gate must know what it does. */
const VERSIONS = ['0.120.0', '0.134.0']

describe.each(VERSIONS)('who wins in Codex %s, and what gate status says', (version) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(codex, await clientVersion('@openai/codex', version))
  }, 400_000)
  afterAll(() => scene?.close())

  it.each(someRowsFor(codexRows, version))('$title', (row) => playRow(scene, codex, row))
})
