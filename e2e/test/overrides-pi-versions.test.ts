import { afterAll, beforeAll, describe, it } from 'vitest'
import { clientVersion } from '../harness/client-versions.ts'
import { addPi } from '../harness/pi.ts'
import { rowsFor } from '../overrides/override-row.ts'
import { piRows } from '../overrides/pi-rows.ts'
import { pi } from '../overrides/pi-scene.ts'
import { playRow } from '../overrides/play-row.ts'
import { openScene, type Scene } from '../overrides/scene.ts'

const PACKAGE = '@earendil-works/pi-coding-agent'
/** Every fourth row for each change, all of them when there is time. */
const played = (index: number) => process.env.GATE_TEST_MATRIX === '1' || index % 4 === 0

describe.each(['0.87.1'])('who wins in pi %s, and what gate status says', (version) => {
  let scene: Scene
  beforeAll(async () => {
    const program = await clientVersion(PACKAGE, version)
    scene = await openScene({ ...pi, prepare: (home) => addPi(home, program) })
  }, 400_000)
  afterAll(() => scene?.close())

  it.each(rowsFor(piRows, version).filter((_row, index) => played(index)))('$title', (row) => playRow(scene, pi, row))
})
