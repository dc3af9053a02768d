import { readdir, readFile, writeFile } from 'node:fs/promises'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { differences } from './json-corpus/compare.js'
import { inLanes } from './json-corpus/lanes.js'
import { play } from './json-corpus/play.js'
import type { Recording, Scene } from './json-corpus/scene.js'
import { SCENES } from './json-corpus/scenes/index.js'

/**
 * Answers of every command to `--json`, by scene. An answer may get more fields. It loses or changes none without a
 * decision record; then `GATE_TEST_RECORD=1` writes the recordings anew.
 */
const RECORDINGS = new URL('json-corpus/recordings/', import.meta.url)
const RECORDS = process.env.GATE_TEST_RECORD === '1'
/** Scenes that play at the same time. Each runs one command after the other, and CI has few cores. */
const LANES = 2

const fileOf = ({ name }: Scene) => new URL(`${name}.json`, RECORDINGS)

let shared: DevGateway
let played: readonly Promise<readonly Recording[]>[]

beforeAll(async () => {
  shared = await startDevGateway()
  played = inLanes(
    LANES,
    SCENES.map((scene) => () => play(scene, shared)),
  )
})

afterAll(async () => {
  await Promise.allSettled(played)
  await shared.stop()
})

test.each(SCENES.map((scene, index) => ({ scene, index })))(
  '$scene.name: every recorded field is still there and has its value',
  async ({ scene, index }) => {
    const answers = (await played[index]) ?? []
    if (RECORDS) await writeFile(fileOf(scene), `${JSON.stringify(answers, null, 2)}\n`)
    const recorded = JSON.parse(await readFile(fileOf(scene), 'utf8')) as readonly Recording[]
    expect(answers.map(({ title }) => title)).toEqual(recorded.map(({ title }) => title))
    const found = recorded.flatMap((each, at) => differences(each, answers[at], each.title))
    expect(found).toEqual([])
  },
  120_000,
)

test('every recording belongs to a scene', async () => {
  const names = (await readdir(RECORDINGS)).sort()
  expect(names).toEqual(SCENES.map(({ name }) => `${name}.json`).sort())
})
