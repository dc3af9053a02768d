import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { pi } from '@gate/client-pi'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { testConnection } from '@gate/plugin-testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { homeHost } from '../harness/home-host.ts'
import { differences, type Snapshot, snapshot } from '../harness/home-snapshot.ts'
import { CANARY, makeHostile } from '../harness/hostile-repository.ts'
import { addPi } from '../harness/pi.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const connection = testConnection('linux', { gatewayUrl: 'http://127.0.0.1:9' })
const MODELS = 'home/.pi/agent/models.json'
const SETTINGS = 'home/.pi/agent/settings.json'
const OTHER = { baseUrl: 'http://127.0.0.1:9', api: 'anthropic-messages', apiKey: 'k', models: [{ id: 'm' }] }

let gateway: DevGateway
let home: ThrowawayHome
let before: Snapshot
beforeEach(async () => {
  gateway = await startDevGateway()
  home = await createHome({ gateway, clients: 'stub' })
  await mkdir(join(home.home, '.pi/agent'), { recursive: true })
  await addPi(home)
  await pi.configure(homeHost(home), connection)
})
afterEach(async () => {
  await home.remove()
  await gateway.stop()
})

const change = async (file: string, edit: (content: Record<string, unknown>) => object) => {
  await home.write(
    file,
    JSON.stringify(edit(JSON.parse(await home.read(file)) as Record<string, unknown>), undefined, 1),
  )
}
const ask = async (env: Readonly<Record<string, string>> = {}) => {
  before = await snapshot(home.root)
  const answer = await pi.ask?.(homeHost(home, { env }), connection)
  expect(differences(before, await snapshot(home.root)), 'nothing is left behind').toEqual([])
  return answer
}

describe('the real pi, asked', () => {
  it('confirms what gate wrote, and runs neither a helper nor anything that a repository brings', async () => {
    const touch = `!touch ${home.root}/${CANARY}`
    await change(MODELS, ({ providers }) => ({
      providers: { ...(providers as object), other: { ...OTHER, apiKey: touch } },
    }))
    await change(SETTINGS, (settings) => ({ ...settings, packages: ['npm:mine'], npmCommand: [`${home.work}/run.sh`] }))
    await makeHostile(home)
    await home.write('home/.pi/agent/trust.json', JSON.stringify({ [home.work]: true }))
    expect(await ask({ NODE_OPTIONS: `--require ${home.work}/load.cjs` })).toMatchObject({
      kind: 'confirms',
      program: 'pi',
      version: '1.6.0',
    })
  })

  it.each([
    {
      title: "a price that is a text, in another provider's model",
      file: MODELS,
      edit: ({ providers }: Record<string, unknown>) => ({
        providers: { ...(providers as object), x: { models: [{ id: 'm', cost: { input: 'x' } }] } },
      }),
      words: 'providers.x.models.0.cost.input: must be number',
    },
    {
      title: 'a package that is a number',
      file: SETTINGS,
      edit: (settings: Record<string, unknown>) => ({ ...settings, packages: [1] }),
      words: 'TypeError: ',
    },
  ])('refuses a file: $title', async ({ file, edit, words }) => {
    await change(file, edit)
    expect(await ask()).toMatchObject({
      kind: 'denies',
      about: 'file',
      reasons: [
        {
          place: { file: join(home.root, file), line: expect.any(Number) },
          message: expect.stringContaining(words),
        },
      ],
    })
  })

  it('refuses settings that it cannot parse', async () => {
    await home.write(SETTINGS, '{ "defaultProvider": "gate", }')
    expect(await ask()).toMatchObject({
      kind: 'denies',
      about: 'file',
      reasons: [{ place: { file: join(home.root, SETTINGS) }, message: expect.stringContaining('JSON') }],
    })
  })

  it('names what a trusted project chooses instead', async () => {
    await change(MODELS, ({ providers }) => ({ providers: { ...(providers as object), other: OTHER } }))
    await home.write('work/.pi/settings.json', '{"defaultProvider":"other","defaultModel":"m"}')
    expect(await ask()).toMatchObject({ kind: 'confirms' })
    await home.write('home/.pi/agent/trust.json', JSON.stringify({ [home.work]: true }))
    expect(await ask()).toMatchObject({
      kind: 'denies',
      about: 'elsewhere',
      reasons: [{ message: expect.stringContaining('model m of other') }],
    })
  })

  it('is silent when it cannot be started', async () => {
    expect(await ask({ PATH: join(home.root, 'nothing') })).toMatchObject({ kind: 'silent' })
  })
})
