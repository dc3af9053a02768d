import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutClientFiles } from '../harness/client-written.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { letAnswer } from '../harness/real-clients.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'
import { homeVariants } from '../variants/home-variants.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'

let gateway: DevGateway
beforeAll(async () => {
  gateway = await startDevGateway({ answer: ANSWER })
})
afterAll(() => gateway.stop())

async function inHome(env: Readonly<Record<string, string>>, test: (home: ThrowawayHome) => Promise<void>) {
  const home = await createHome({ gateway, env })
  try {
    await test(home)
  } finally {
    await home.remove()
  }
}

describe('setup, the real clients, teardown', () => {
  it.each(homeVariants)('$title', ({ files, mode, prepare, env, places, madeByClients }) =>
    inHome(env ?? {}, async (home) => {
      for (const [path, content] of Object.entries(files ?? {})) await home.write(`home/${path}`, content, mode)
      await prepare?.(home)
      const before = await snapshot(home.home)

      const setup = await home.gate(['setup', ...home.connection])
      expect(setup, setup.stdout + setup.stderr).toMatchObject({ code: 0 })
      gateway.clearRequests()
      const tokens = (await letAnswer(home, ANSWER)).map(({ token }) => token)
      expect(new Set(tokens).size).toBe(1)

      const teardown = await home.gate(['teardown', '--all', '--purge'])
      expect(teardown, teardown.stdout + teardown.stderr).toMatchObject({ code: 0 })
      const left = differences(before, withoutClientFiles(await snapshot(home.home), places))
      expect(left).toEqual((madeByClients ?? []).map((directory) => `+ ${directory}`))
    }),
  )

  it('leaves not even the directories behind that gate had to make', () =>
    inHome({}, async (home) => {
      for (const directory of ['.claude', '.codex', '.config'])
        await rm(join(home.home, directory), { recursive: true })
      const before = await snapshot(home.home)
      expect(await home.gate(['setup', ...home.connection])).toMatchObject({ code: 0 })
      expect(await home.read('home/.codex/config.toml')).toContain('model_provider = "gate"')
      expect(await home.read('home/.config/opencode/opencode.jsonc')).toContain('"gate/default"')
      expect(await home.gate(['teardown', '--all', '--purge'])).toMatchObject({ code: 0 })
      expect(differences(before, await snapshot(home.home))).toEqual([])
    }))
})

const REFUSED: readonly { title: string; content: string; place: string }[] = [
  { title: 'a line comment', content: '{\n  "model": "sonnet", // mine\n  "env": {}\n}\n', place: '2:22' },
  { title: 'a block comment', content: '{\n  /* mine */ "model": "sonnet"\n}\n', place: '2:3' },
  { title: 'a trailing comma', content: '{\n  "model": "sonnet",\n}\n', place: '3:1' },
  { title: 'env as text', content: '{\n  "env": "x"\n}\n', place: '2:3' },
  { title: 'env as a list', content: '{\n  "env": []\n}\n', place: '2:3' },
  { title: 'model as a number', content: '{\n  "model": 5\n}\n', place: '2:3' },
  { title: 'permissions as text', content: '{"permissions":"x"}', place: '1:2' },
  { title: 'cleanupPeriodDays as text', content: '{"cleanupPeriodDays":"many"}', place: '1:2' },
  { title: 'apiKeyHelper as a number', content: '{"apiKeyHelper":42}', place: '1:2' },
  { title: 'hooks of the wrong shape', content: '{\n  "hooks": { "PreToolUse": "x" }\n}', place: '2:14' },
  { title: 'a list at the top', content: '[]', place: '1:1' },
]

describe('a settings.json that Claude Code itself drops', () => {
  it.each(REFUSED)('is refused with its position and left alone: $title', ({ content, place }) =>
    inHome({}, async (home) => {
      const file = await home.write('home/.claude/settings.json', content)
      // The client is the measure: with this file present, it does not even run the helper that stands in it.
      const dropped = await home.claude([], { env: { ANTHROPIC_BASE_URL: gateway.url } })
      expect(dropped).toMatchObject({ code: 1 })
      const before = await snapshot(`${home.home}/.claude`)

      const alone = await home.gate(['setup', '--client', 'claude-code', '--json', ...home.connection])
      expect(alone, alone.stderr).toMatchObject({ code: 5 })
      const { clients } = JSON.parse(alone.stdout) as {
        clients: {
          id: string
          result: string
          error?: { message: string; fix: string }
        }[]
      }
      expect(clients).toMatchObject([{ id: 'claude-code', result: 'failed' }])
      expect(clients[0]?.error).toMatchObject({ file, line: Number(place.split(':')[0]) })
      expect(clients[0]?.error?.fix).toMatch(/\S/)
      expect(differences(before, await snapshot(`${home.home}/.claude`))).toEqual([])

      const both = await home.gate(['setup', ...home.connection])
      expect(both).toMatchObject({ code: 4 })
      expect(both.stdout + both.stderr).toContain(`${file}:${place}`)
      expect(differences(before, await snapshot(`${home.home}/.claude`))).toEqual([])
      expect(await home.read('home/.codex/config.toml')).toContain('model_provider = "gate"')
    }),
  )
})
