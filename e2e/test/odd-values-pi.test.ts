import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pi } from '@gate/client-pi'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { createTestHost, type TestHost, testConnection } from '@gate/plugin-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addPi, PI_PACKAGE, runPi } from '../harness/pi.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { piModels } from '../odd-values/pi-models.ts'
import { fatalSettings, harmlessSettings } from '../odd-values/pi-settings.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'
const MODELS = '/home/user/.pi/agent/models.json'
const SETTINGS = '/home/user/.pi/agent/settings.json'
const FILES = {
  '/usr/local/lib/node_modules/@earendil-works/pi-coding-agent/package.json':
    '{"name":"@earendil-works/pi-coding-agent","version":"1.6.0"}',
  '/usr/local/bin/pi': { link: '../lib/node_modules/@earendil-works/pi-coding-agent/cli.js' },
  '/usr/local/lib/node_modules/@earendil-works/pi-coding-agent/cli.js': { content: '', mode: 0o755 },
  '/gate/state/bin/gate-token-default': { content: '', mode: 0o755 },
}
const connection = testConnection('linux')

/** What gate says about a user's file before it writes into it. */
async function refusal(file: string, text: string) {
  await using host = await createTestHost({ files: { ...FILES, [file]: text } })
  return await pi.configure(host, connection).then(
    () => undefined,
    (error: { code: string; message: string; file?: string; line?: number }) => error,
  )
}

describe('gate refuses the values of models.json because of which the real pi drops it, and no others', () => {
  let directory: string
  let home: ThrowawayHome
  let gateway: DevGateway
  let configured: TestHost
  let ours: object
  let load: (file: string) => Promise<{ getError(): string | undefined }>
  beforeAll(async () => {
    gateway = await startDevGateway()
    home = await createHome({ gateway, clients: 'stub' })
    directory = home.root
    const program = (await import(join(PI_PACKAGE, 'dist/core/model-config.js'))) as {
      ModelConfig: { load: typeof load }
    }
    load = (file) => program.ModelConfig.load(file)
    configured = await createTestHost({ files: FILES })
    await pi.configure(configured, connection)
    ours = JSON.parse(await configured.read(MODELS)).providers.gate
  })
  afterAll(async () => {
    await configured?.dispose()
    await home?.remove()
    await gateway?.stop()
  })

  it.for([...piModels.entries()])('%s: %s', async ([number, text]) => {
    const file = join(directory, `models-${number}.json`)
    await writeFile(file, text)
    const words = (await load(file)).getError()
    const refused = await refusal(MODELS, text)
    expect(refused === undefined, words).toBe(words === undefined)
    if (words !== undefined) {
      expect(refused).toMatchObject({ code: expect.stringMatching(/^file-/), file: MODELS, line: expect.any(Number) })
    }
    const beside = text.replace(/"providers": ?\{/, (head) => `${head}"gate":${JSON.stringify(ours)},`)
    if (beside === text || /\{\}/.test(text.slice(0, 20))) return
    await configured.write({ [MODELS]: beside.replace(/,(?=\s*\}\}?$)/, '') })
    await writeFile(file, await configured.read(MODELS))
    const said = (await load(file)).getError()
    const { state, reasons } = await pi.status(configured, connection)
    expect(state === 'connected', `${said} ${JSON.stringify(reasons)}`).toBe(said === undefined)
  })
})

describe('gate refuses the settings that the real pi does not start with, and no others', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let written: object
  beforeAll(async () => {
    gateway = await startDevGateway({ auth: 'none', answer: ANSWER })
    home = await createHome({ gateway, clients: 'stub' })
    await mkdir(join(home.home, '.pi/agent'), { recursive: true })
    await addPi(home)
    const setup = await home.gate(['setup', '--client', 'pi', ...home.connection])
    expect(setup, setup.stderr).toMatchObject({ code: 0 })
    written = JSON.parse(await home.read('home/.pi/agent/settings.json')) as object
  })
  afterAll(async () => {
    await home?.remove()
    await gateway?.stop()
  })

  const answers = async (settings: object) => {
    await home.write(
      'home/.pi/agent/settings.json',
      JSON.stringify({ ...written, retry: { enabled: false }, ...settings }),
    )
    const { stdout, stderr } = await runPi(home)
    return { works: stdout.includes(ANSWER), words: stderr.slice(-2000) }
  }

  it.each(fatalSettings)('%j', async (settings) => {
    const { works, words } = await answers(settings)
    expect(works, words).toBe(false)
    const refused = await refusal(SETTINGS, JSON.stringify(settings, undefined, 1))
    expect(refused).toMatchObject({ code: 'file-wrong-shape', file: SETTINGS, line: expect.any(Number) })
  })

  it.each(harmlessSettings.map((settings) => [Object.keys(settings).length, settings] as const))(
    'none of %i keys of other values',
    async (_count, settings) => {
      const { works, words } = await answers(settings)
      expect(works, words).toBe(true)
      expect(await refusal(SETTINGS, JSON.stringify(settings))).toBeUndefined()
    },
  )
})
