import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

let gateway: DevGateway
let home: ThrowawayHome
let configFile: string

beforeAll(async () => {
  gateway = await startDevGateway({ auth: 'none' })
  home = await createHome({ gateway })
  configFile = join(home.home, '.codex', 'config.toml')
})

afterAll(async () => {
  await gateway?.stop()
  await home?.remove()
})

/** The user's file, and a part of the line at which Codex stops. */
const REFUSED: readonly (readonly [text: string, line: string])[] = [
  ['approval_policy = "nonsense"\n', 'approval_policy'],
  ['[mcp_servers.a]\nargs = ["x"]\n', '[mcp_servers.a]'],
  ['[features]\nfoo = "x"\n', '[features]'],
  ['[[hooks]]\nevent = "SessionStart"\n', '[[hooks]]'],
  ['# mine\n\nmodel = "m"\n\n[tui]\n# a comment\nnotifications = 5', '[tui]'],
  ['[model_providers.x]\nbase_url = "http://127.0.0.1:9"\n\n[history]\n', '[model_providers.x]'],
  ['\uFEFF[tools]\r\nweb_search = "x"\r\n\r\n[history]\r\n', 'web_search'],
]

describe('gate setup in front of a file that the real Codex refuses', () => {
  it.each(REFUSED)('%j', async (text, line) => {
    await home.write('home/.codex/config.toml', text)
    const { code, stdout, stderr } = await home.gate(['setup', '--client', 'codex', '--json', ...home.connection])
    expect(await readFile(configFile, 'utf8'), stderr).toBe(text)
    const { clients } = JSON.parse(stdout) as { clients: { error?: object }[] }
    expect({ code, error: clients[0]?.error }, stderr).toMatchObject({
      code: 5,
      error: {
        code: 'client-refuses-file',
        file: configFile,
        line: text.split('\n').findIndex((each) => each.includes(line)) + 1,
      },
    })
    const status = await home.gate(['status', 'codex', '--json', '--no-ask'])
    expect(JSON.parse(status.stdout).clients[0].state).toBe('detected')
  })

  it('says it to a person', async () => {
    await home.write('home/.codex/config.toml', 'approval_policy = "nonsense"\n')
    const { code, stdout, stderr } = await home.gate(['setup', '--client', 'codex', ...home.connection])
    const said = `${stdout}${stderr}`
    expect(code, said).toBe(5)
    expect(said.replaceAll(/\s+/g, ' ')).toMatch(/config\.toml, line 1/)
    expect(said).toContain('nonsense')
  })
})
