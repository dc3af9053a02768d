import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CLAUDE_CODE_HEADERS, modelRequests, onlyCredential } from '../harness/gateway-evidence.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { addPi, runPi, withoutPiFiles } from '../harness/pi.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { piHomes } from '../variants/pi-homes.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'

let gateway: DevGateway
beforeAll(async () => {
  gateway = await startDevGateway({ answer: ANSWER })
})
afterAll(() => gateway.stop())

async function inHome(env: Readonly<Record<string, string>>, test: (home: ThrowawayHome) => Promise<void>) {
  const home = await createHome({ gateway, env, clients: 'stub' })
  try {
    await mkdir(join(home.home, '.pi/agent'), { recursive: true })
    await test(home)
  } finally {
    await home.remove()
  }
}

const setUp = (home: ThrowawayHome) => home.gate(['setup', '--client', 'pi', ...home.connection])

describe('setup, the real pi, teardown', () => {
  it.each(piHomes)('$title', ({ files, mode, prepare, env, directory }) =>
    inHome(env ?? {}, async (home) => {
      for (const [path, content] of Object.entries(files ?? {})) await home.write(`home/${path}`, content, mode)
      await prepare?.(home)
      const before = await snapshot(home.home)
      await addPi(home)

      const setup = await setUp(home)
      expect(setup, setup.stdout + setup.stderr).toMatchObject({ code: 0 })
      gateway.clearRequests()
      const finished = await runPi(home)
      expect(finished.stdout, finished.stderr).toContain(ANSWER)
      onlyCredential(modelRequests(gateway, /./), CLAUDE_CODE_HEADERS)

      const teardown = await home.gate(['teardown', '--all', '--purge'])
      expect(teardown, teardown.stdout + teardown.stderr).toMatchObject({ code: 0 })
      expect(differences(before, withoutPiFiles(await snapshot(home.home), directory))).toEqual([])
    }),
  )

  it('leaves not even the directories behind that gate had to make', () =>
    inHome({}, async (home) => {
      await rm(join(home.home, '.pi'), { recursive: true })
      const before = await snapshot(home.home)
      await addPi(home)
      expect(await setUp(home)).toMatchObject({ code: 0 })
      expect(await home.read('home/.pi/agent/settings.json')).toContain('"gate"')
      expect(await home.gate(['teardown', '--all', '--purge'])).toMatchObject({ code: 0 })
      expect(differences(before, await snapshot(home.home))).toEqual([])
    }))

  it('keeps what pi remembered in between', () =>
    inHome({}, async (home) => {
      const file = 'home/.pi/agent/settings.json'
      await home.write(file, '{ "defaultProvider":"ollama" }')
      await addPi(home)
      expect(await setUp(home)).toMatchObject({ code: 0 })
      // As an interactive pi writes the file after an update.
      const settings = JSON.parse(await home.read(file)) as object
      await home.write(file, JSON.stringify({ ...settings, lastChangelogVersion: '0.87.1' }, null, 2))
      expect(await home.gate(['teardown', '--all', '--purge'])).toMatchObject({ code: 0 })
      expect(JSON.parse(await home.read(file))).toEqual({ defaultProvider: 'ollama', lastChangelogVersion: '0.87.1' })
    }))
})

const REFUSED: readonly { title: string; content: string; place: string }[] = [
  { title: 'a line comment', content: '{\n  "theme": "dark" // mine\n}\n', place: '2:19' },
  { title: 'a trailing comma', content: '{\n  "theme": "dark",\n}\n', place: '3:1' },
  { title: 'packages as a number', content: '{\n  "packages": 5\n}\n', place: '2:3' },
  { title: 'httpProxy as a list', content: '{"httpProxy":[]}', place: '1:2' },
  { title: 'sessionDir as a number', content: '{"sessionDir":1}', place: '1:2' },
]

describe('a settings.json that pi drops, or that it does not start with', () => {
  it.each(REFUSED)('is refused with its position and left alone: $title', ({ content, place }) =>
    inHome({}, async (home) => {
      await addPi(home)
      const file = await home.write('home/.pi/agent/settings.json', content)
      // The client is the measure: it warns about the file, or ends with a stack trace.
      const { code, stderr } = await runPi(home)
      expect(code === 1 || stderr.includes('Invalid settings file'), stderr).toBe(true)
      const before = withoutPiFiles(await snapshot(home.home))
      const setup = await setUp(home)
      expect(setup.code, setup.stdout).toBe(5)
      expect(setup.stdout + setup.stderr).toContain(`${file}:${place}`)
      const after = withoutPiFiles(await snapshot(home.home))
      expect(differences(before, after).filter((line) => line.includes('.pi'))).toEqual([])
    }),
  )
})
