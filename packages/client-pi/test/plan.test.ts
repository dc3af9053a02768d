import { execFileSync } from 'node:child_process'
import type { Connection, JsonEdit, Platform } from '@gate/core'
import { createTestHost, testConnection } from '@gate/plugin-testkit'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anthropicBaseUrl, openaiBaseUrl } from '../src/base-url.js'
import pi from '../src/index.js'
import { plan } from '../src/plan.js'
import { literalValue, shellCommand } from '../src/quoting.js'

async function planned(changes: Partial<Connection> = {}, platform: Platform = 'linux', env = {}) {
  await using host = await createTestHost({
    platform,
    env,
    ...(platform === 'linux' ? { cwd: '/home/user/work' } : {}),
  })
  return plan(host, testConnection(platform, changes)).edits as readonly JsonEdit[]
}

describe('what is written', () => {
  it('one provider, and the choice of it', async () => {
    expect(await planned()).toMatchObject([
      {
        kind: 'json',
        dialect: 'jsonc',
        file: '/home/user/.pi/agent/models.json',
        path: ['providers', 'gate'],
        onForeign: 'refuse',
        value: {
          name: 'Gate',
          baseUrl: 'https://gateway.example.test/anthropic',
          apiKey: "!'/gate/state/bin/gate-token-default' '--client' 'pi'",
          authHeader: true,
          models: [
            {
              id: 'claude-opus-4-8',
              api: 'anthropic-messages',
              baseUrl: 'https://gateway.example.test/anthropic',
              input: ['text', 'image'],
            },
            {
              id: 'gpt-5.5',
              api: 'openai-responses',
              baseUrl: 'https://gateway.example.test/openai/v1',
              input: ['text', 'image'],
            },
          ],
        },
      },
      {
        kind: 'json',
        dialect: 'strict',
        file: '/home/user/.pi/agent/settings.json',
        path: ['defaultProvider'],
        value: 'gate',
      },
      {
        kind: 'json',
        dialect: 'strict',
        file: '/home/user/.pi/agent/settings.json',
        path: ['defaultModel'],
        value: 'claude-opus-4-8',
      },
    ])
  })

  it('the models of the connection, the first of them chosen', async () => {
    const [provider, , model] = await planned({
      models: [
        { id: 'corp/glm-5', displayName: 'GLM', contextWindow: 200_000 },
        { id: 'corp/best', tier: 'opus' },
        { id: 'gpt-oss-120b' },
      ],
    })
    expect(model?.value).toBe('corp/glm-5')
    expect(provider?.value).toMatchObject({
      models: [
        { id: 'corp/glm-5', name: 'GLM', contextWindow: 200_000, api: 'openai-responses' },
        { id: 'corp/best', api: 'anthropic-messages', input: ['text', 'image'] },
        { id: 'gpt-oss-120b', api: 'openai-responses' },
      ],
    })
    expect(JSON.stringify(provider?.value).match(/"input"/g)).toHaveLength(1)
  })

  it('no helper for a gateway that wants no token, but a key, without which pi hides the models', async () => {
    const [provider] = await planned({ auth: { kind: 'none' }, helper: { command: 'nowhere', args: [] } })
    expect(provider?.value).toMatchObject({ apiKey: 'unused' })
    expect(provider?.value).not.toHaveProperty('authHeader')
  })

  it('headers that pi takes literally', async () => {
    const [provider] = await planned({ headers: { 'X-A': '!$B $C $$', 'X-B': 'plain!' } })
    expect(provider?.value).toMatchObject({ headers: { 'X-A': '$!$$B $$C $$$$', 'X-B': 'plain!' } })
  })

  it.each([
    ['/srv/pi/', '/srv/pi/models.json'],
    ['~/my pi', '/home/user/my pi/models.json'],
    ['~', '/home/user/models.json'],
    ['here', '/home/user/work/here/models.json'],
    ['', '/home/user/.pi/agent/models.json'],
  ])('into PI_CODING_AGENT_DIR=%s', async (PI_CODING_AGENT_DIR, file) => {
    expect((await planned({}, 'linux', { PI_CODING_AGENT_DIR }))[0]?.file).toBe(file)
  })
})

describe('the command', () => {
  it('reaches /bin/sh as it is, whatever is in it', () => {
    const word = fc.string({ maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (args) => {
        const line = shellCommand('linux', { command: process.execPath, args: ['-p', ECHO, '--', ...args] })
        expect(line.startsWith('!')).toBe(true)
        const said = execFileSync('/bin/sh', ['-c', line.slice(1)], { encoding: 'utf8' })
        expect(JSON.parse(said)).toEqual(args)
      }),
      { numRuns: 30 },
    )
  })

  it('means the same to both shells of Windows', () => {
    const helper = { command: "C:\\Users\\o'neil & co\\gate (1)\\t.cmd", args: ['--client', 'a b'] }
    expect(shellCommand('win32', helper)).toBe('!"C:/Users/o\'neil & co/gate (1)/t.cmd" "--client" "a b"')
  })

  it('is read by a Bash as it is meant, in that spelling', () => {
    const word = fc.stringMatching(/^[\w .()'&;|<>*~#!/-]{0,12}$/)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 4 }), (args) => {
        const line = shellCommand('win32', { command: process.execPath, args: ['-p', ECHO, '--', ...args] })
        expect(JSON.parse(execFileSync('/bin/bash', ['-c', line.slice(1)], { encoding: 'utf8' }))).toEqual(args)
      }),
      { numRuns: 30 },
    )
  })

  it.each(['C:\\%me%\\t', 'C:\\$me\\t', 'C:\\`me`\\t'])(
    'is refused on Windows when a shell would expand it: %s',
    (command) => {
      expect(() => shellCommand('win32', { command, args: [] })).toThrow(
        expect.objectContaining({ code: 'invalid-config' }),
      )
    },
  )

  it('is told from a header by what stands before it', () => {
    expect(literalValue('!cmd')).toBe('$!cmd')
    expect(literalValue('a!b')).toBe('a!b')
  })
})

const ECHO = 'JSON.stringify(process.argv.slice(1))'

describe('the base URLs carry /v1 once, where pi does not add it', () => {
  it.each([
    ['https://g', '', 'https://g', 'https://g/v1'],
    ['https://g', '/x', 'https://g/x', 'https://g/x/v1'],
    ['https://g', '/x/v1/', 'https://g/x', 'https://g/x/v1'],
    ['https://g/v1', '', 'https://g', 'https://g/v1'],
    ['https://g', '/apiv1', 'https://g/apiv1', 'https://g/apiv1/v1'],
  ])('%s + %s', (gatewayUrl, path, anthropic, openai) => {
    const connection = testConnection('linux', { gatewayUrl, paths: { anthropic: path, openai: path } })
    expect(anthropicBaseUrl(connection)).toBe(anthropic)
    expect(openaiBaseUrl(connection)).toBe(openai)
  })
})

describe('files', () => {
  it('leaves a model that was chosen after setup, and takes the provider out', async () => {
    const before = '{\n  "defaultProvider": "anthropic",\n  "defaultModel": "claude-opus-4-8"\n}\n'
    await using host = await createTestHost({ files: { '~/.pi/agent/settings.json': before } })
    await pi.configure(host, testConnection('linux', { models: [{ id: 'gpt-6' }] }))
    const text = await host.read('~/.pi/agent/settings.json')
    await host.write({ '~/.pi/agent/settings.json': text.replace('gpt-6', 'mine') })
    const { edits } = await pi.revert(host)
    expect(edits).toContainEqual(expect.objectContaining({ path: 'defaultModel', outcome: 'kept-user-change' }))
    expect(await host.read('~/.pi/agent/settings.json')).toBe(before.replace('claude-opus-4-8', 'mine'))
    await expect(host.read('~/.pi/agent/models.json')).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it("takes over somebody else's provider called gate when forced, and gives it back", async () => {
    const before = '{"providers": {"gate": {"baseUrl": "https://mine.example", "apiKey": "k"}}}'
    await using host = await createTestHost({ files: { '~/.pi/agent/models.json': before } })
    await pi.configure(host, testConnection('linux'), { force: true })
    expect(await host.read('~/.pi/agent/models.json')).not.toContain('mine.example')
    await pi.revert(host)
    expect(await host.read('~/.pi/agent/models.json')).toBe(before)
  })
})
