import { createTestHost, type TestFiles, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import { overrides } from './overrides-of.js'

async function locations(files: TestFiles, severity: 'override' | 'info' = 'override') {
  await using host = await createTestHost({ files })
  const found = await overrides(host, testConnection('linux'))
  return found.filter((row) => row.severity === severity).map(({ location }) => location)
}

const ENVIRONMENTS = '/home/user/.codex/environments.toml'
const ONE = '[[environments]]\nid = "a"\nurl = "ws://127.0.0.1:9"\n'

describe('files that Codex 0.171.0 dies on when it works', () => {
  it.each([
    ['x = ', ENVIRONMENTS],
    ['foo = 1\n', `${ENVIRONMENTS}: foo`],
    ['environments = 5\n', `${ENVIRONMENTS}: environments`],
    [ONE + ONE, `${ENVIRONMENTS}: environments`],
    [ONE.replace('"a"', '"local"'), `${ENVIRONMENTS}: environments`],
    [ONE.replace('ws:', 'http:'), `${ENVIRONMENTS}: environments`],
    ['[[environments]]\nurl = "ws://x"\n', `${ENVIRONMENTS}: environments`],
    ['default = "zz"\n', `${ENVIRONMENTS}: default`],
  ])('environments.toml with %j', async (text, location) => {
    expect(await locations({ '~/.codex/environments.toml': text })).toEqual([location])
  })

  it.each(['', 'default = "none"\n', `default = "a"\n${ONE}`, 'default = "local"\ninclude_local = true\n'])(
    'not environments.toml with %j',
    async (text) => expect(await locations({ '~/.codex/environments.toml': text })).toEqual([]),
  )

  it('rules that are no directory', async () => {
    expect(await locations({ '~/.codex/rules': '' })).toEqual(['/home/user/.codex/rules'])
    expect(await locations({ '~/.codex/rules/default.rules': '' })).toEqual([])
  })

  it.each([
    ['api', '{"auth_mode":"chatgpt"}', true],
    ['api', '{"tokens":{"access_token":"a"}}', true],
    ['api', '{"auth_mode":"apikey","OPENAI_API_KEY":"k"}', false],
    ['chatgpt', '{"OPENAI_API_KEY":"k"}', true],
    ['chatgpt', '{"auth_mode":"chatgpt"}', false],
    ['chatgpt', 'broken', false],
  ])('a login other than the one that is forced: %s, %s', async (method, auth, refused) => {
    const user = { '~/.codex/config.toml': `forced_login_method = "${method}"\n`, '~/.codex/auth.json': auth }
    const expected = refused ? ['/home/user/.codex/config.toml: forced_login_method'] : []
    expect(await locations(user)).toEqual(expected)
  })
})

it.each([
  ['workspace of another', '"zz"', true],
  ['own workspace', '["zz", "acc"]', false],
])('a login of %s', async (_, workspace, refused) => {
  const user = {
    '~/.codex/config.toml': `forced_chatgpt_workspace_id = ${workspace}\n`,
    '~/.codex/auth.json': '{"auth_mode":"chatgpt","tokens":{"account_id":"acc"}}',
  }
  const expected = refused ? ['/home/user/.codex/config.toml: forced_chatgpt_workspace_id'] : []
  expect(await locations(user)).toEqual(expected)
})

it.each([
  ['command = "/nope"', true],
  ['command = "nope"', true],
  ['command = "./nope"', false],
  ['command = "/nope"\nenabled = false', false],
])('a required tool server with %s', async (lines, refused) => {
  const user = { '~/.codex/config.toml': `[mcp_servers.a]\n${lines}\nrequired = true\n` }
  expect(await locations(user)).toEqual(refused ? ['/home/user/.codex/config.toml: mcp_servers.a.command'] : [])
})

it('names the models that another tool left in the user file', async () => {
  const user = 'model = "m"\nreview_model = "r"\nmodel_reasoning_effort = "high"\n'
  const file = '/home/user/.codex/config.toml'
  expect(await locations({ '~/.codex/config.toml': user }, 'info')).toEqual(
    ['model', 'review_model', 'model_reasoning_effort'].map((key) => `${file}: ${key}`),
  )
})
