import { afterAll, beforeAll, describe, it } from 'vitest'
import { clientVersion } from '../harness/client-versions.ts'
import { furtherRows, singleRows } from '../overrides/claude-code-rows.ts'
import { claudeCode } from '../overrides/claude-code-scene.ts'
import { someRowsFor } from '../overrides/override-row.ts'
import { playOnOlder } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

const rows = [...singleRows, ...furtherRows].filter(({ blind }) => blind === undefined)

/** Older versions that people still run; of each, gate must know what it does. */
const VERSIONS = ['1.0.124', '2.0.34', '2.1.158', '2.1.197']

describe.each(VERSIONS)('who wins in Claude Code %s, and what gate status says', (version) => {
  let scene: Scene
  beforeAll(async () => {
    scene = await openScene(claudeCode, await clientVersion('@anthropic-ai/claude-code', version))
  }, 400_000)
  afterAll(() => scene?.close())

  it.each(someRowsFor(rows, version))('$title', (row) => playOnOlder(scene, claudeCode, row))
})
