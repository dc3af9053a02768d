import { join } from 'node:path'
import { opencode } from '@gate/client-opencode'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { testConnection } from '@gate/plugin-testkit'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { homeHost } from '../harness/home-host.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import { makeHostile } from '../harness/hostile-repository.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const connection = testConnection('linux', { gatewayUrl: 'http://127.0.0.1:9', models: [{ id: 'gpt-6' }] })
const OWN = 'home/.config/opencode/opencode.jsonc'
const OTHER = JSON.stringify({ model: 'other/m', small_model: 'other/m' })

let gateway: DevGateway
let home: ThrowawayHome
beforeEach(async () => {
  gateway = await startDevGateway()
  home = await createHome({ gateway })
  await opencode.configure(homeHost(home), connection)
})
afterEach(async () => {
  await home.remove()
  await gateway.stop()
})

const ask = async (env: Readonly<Record<string, string>> = {}, cwd = home.work) => {
  const before = await snapshot(home.root)
  const answer = await opencode.ask?.(homeHost(home, { env, cwd }), connection)
  expect(differences(before, await snapshot(home.root)), 'nothing is left behind').toEqual([])
  return answer
}
const DENIES = { kind: 'denies', program: 'opencode', about: 'elsewhere' }

describe('the real OpenCode, asked', () => {
  it('confirms what gate wrote, and runs nothing that a repository brings', async () => {
    await makeHostile(home)
    const env = { NODE_OPTIONS: `--require ${home.work}/load.cjs`, BUN_OPTIONS: `--preload ${home.work}/load.cjs` }
    expect(await ask(env)).toMatchObject({ kind: 'confirms', program: 'opencode' })
  })

  it.each([
    ['MCP server without a type', '{\n"mcp":{"a":{"command":["x"]}}}', 'mcp.a'],
    ['permission that nobody knows', '{\n"permission":{"bash":"zzz"}}', 'permission.bash'],
    ['syntax error', '{\n"model": ', 'line 2'],
  ])("refuses the user's own file: %s", async (_title, text, words) => {
    await home.write(OWN, text)
    expect(await ask()).toMatchObject({
      ...DENIES,
      about: 'file',
      reasons: [{ place: { file: join(home.root, OWN) }, message: expect.stringContaining(words) }],
    })
  })

  it("refuses the file of a project, which is not the user's", async () => {
    await home.write('work/sub/x', '')
    await home.write('work/opencode.json', '{"permission":{"bash":"zzz"}}')
    expect(await ask({}, join(home.work, 'sub'))).toMatchObject({
      ...DENIES,
      reasons: [{ place: { file: join(home.work, 'opencode.json') } }],
    })
  })

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>]>([
    ['a project', { 'work/opencode.json': OTHER }, {}],
    ['.opencode of a project above', { '.opencode/opencode.json': OTHER }, {}],
    ['.opencode in the home', { 'home/.opencode/opencode.json': OTHER }, {}],
    ['a file that a variable names', { 'other/x.json': OTHER }, { OPENCODE_CONFIG: '{root}/other/x.json' }],
    ['a directory that one names', { 'other/opencode.json': OTHER }, { OPENCODE_CONFIG_DIR: '{root}/other' }],
    ['a variable', {}, { OPENCODE_CONFIG_CONTENT: OTHER }],
    [
      'a file that the project refers to',
      { 'work/opencode.json': '{"model":"{file:m.txt}"}', 'work/m.txt': 'other/m\n' },
      {},
    ],
    ["an agent of the user's", { 'home/.config/opencode/agent/build.md': '---\nmodel: other/m\n---\nx\n' }, {}],
    ['a list of providers', { 'work/opencode.json': '{"enabled_providers":["anthropic"]}' }, {}],
  ])('names what is chosen instead by %s', async (_title, files, env) => {
    for (const [path, text] of Object.entries(files)) await home.write(path, text)
    const filled = Object.entries(env).map(([name, value]) => [name, value.replaceAll('{root}', home.root)])
    const answer = await ask(Object.fromEntries(filled))
    expect(answer).toMatchObject(DENIES)
    expect(answer).toMatchObject({
      reasons: expect.arrayContaining([expect.objectContaining({ code: 'client-uses-other' })]),
    })
  })

  it('does not read what is no ordinary file', async () => {
    await home.write('work/opencode.json', '{"username":"{file:/dev/zero}"}')
    expect(await ask()).toMatchObject({ kind: 'silent', reason: { message: expect.stringContaining('/dev/zero') } })
  })
})
