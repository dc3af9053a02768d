import type { ProcessRunOptions } from '@gate/core'
import { CANARY, createTestHost, type TestHostInit, testConnection } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import codex from '../src/index.js'
import { installations } from './installations.js'

const GATEWAY = 'https://gateway.example.test'
interface Said {
  readonly load?: { code: number; stderr: string }
  readonly provider?: string
  readonly address?: string
}

/** A Codex that answers what it is made to, and the environments that it was asked in. */
async function asked(said: Said, init: TestHostInit = {}) {
  const calls: { args: readonly string[]; options: ProcessRunOptions }[] = []
  const result = (code: number, stdout: string, stderr = '') => ({ code, stdout, stderr, timedOut: false })
  const doctor = {
    codexVersion: '0.171.0',
    checks: {
      'config.load': { details: { 'model provider': said.provider ?? 'gate' } },
      'network.provider_reachability': {
        details: { 'gate API inference URL': said.address ?? `${GATEWAY}/v1/x failed` },
      },
    },
  }
  await using host = await createTestHost({
    ...init,
    files: { ...installations.linux.files, ...init.files },
    process: {
      async run(_command, args, options = {}) {
        calls.push({ args, options })
        if (args[0] === 'doctor') return result(0, JSON.stringify(doctor))
        // Without the user's directory it finds nothing wrong.
        if (options.env?.CODEX_HOME === '/') return result(0, '')
        return result(said.load?.code ?? 0, '', said.load?.stderr)
      },
    },
  })
  const answer = await codex.ask?.(host, testConnection('linux'))
  const directories = calls.map(({ options }) => options.cwd?.replace(host.root, '') || '/')
  return { answer, calls, directories }
}

describe('asking Codex', () => {
  it('takes its word for the provider', async () => {
    expect((await asked({})).answer).toEqual({ kind: 'confirms', program: 'codex', version: '0.171.0' })
  })

  it.each<[string, Said]>([
    ['another provider', { provider: 'openai' }],
    ['another address', { address: 'https://elsewhere.example/v1/<redacted> connect failed' }],
  ])('is told of %s', async (_, said) => {
    expect((await asked(said)).answer).toMatchObject({ kind: 'denies', about: 'elsewhere' })
  })

  it('finds the line of a key that Codex names without a file', async () => {
    const stderr = 'Error: failed to load\n\nCaused by:\n    unknown variant `x`\n    in `sandbox_mode`\n'
    const files = { '~/.codex/config.toml': 'model = "m"\nsandbox_mode = "x"\n' }
    expect((await asked({ load: { code: 1, stderr } }, { files })).answer).toMatchObject({
      about: 'file',
      reasons: [{ place: { file: '/home/user/.codex/config.toml', line: 2 } }],
    })
    const managed = { '/etc/codex/managed_config.toml': 'sandbox_mode = "x"\n' }
    expect((await asked({ load: { code: 1, stderr } }, { files: { ...files, ...managed } })).answer).toMatchObject({
      about: 'elsewhere',
      reasons: [{ place: { file: '/etc/codex/managed_config.toml', line: 1 } }],
    })
  })

  it('asks without the user where the words name no place', async () => {
    const stderr = 'Error: No such file or directory (os error 2)\n'
    const files = { '~/.codex/config.toml': 'model = "m"\nmodel_catalog_json = "/nope.json"\n' }
    expect((await asked({ load: { code: 1, stderr } }, { files })).answer).toMatchObject({
      about: 'file',
      reasons: [{ place: { file: '/home/user/.codex/config.toml', line: 2 } }],
    })
  })

  it.each([
    ['Failed to load cloud config bundle (workspace-managed policies).'],
    ["error: unrecognized subcommand 'features'"],
  ])('takes %s for no answer', async (stderr) => {
    expect((await asked({ load: { code: 1, stderr } })).answer).toMatchObject({ kind: 'silent' })
  })

  it('gives it no secret, no network and no place to write to', async () => {
    const env = { OPENAI_API_KEY: CANARY, GATE_TOKEN: CANARY, HTTPS_PROXY: 'http://proxy.example' }
    const { calls } = await asked({}, { env })
    expect(JSON.stringify(calls)).not.toContain(CANARY)
    for (const { options } of calls) {
      expect(options.timeoutMs).toBe(3000)
      expect(options.env).toMatchObject({
        TMPDIR: '/home/user/.codex',
        HTTPS_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '',
      })
    }
  })

  it('asks in the directory itself only where the user trusts it', async () => {
    const files = { '/repo/.git/HEAD': '', '/repo/.codex/config.toml': 'model = "m"\n' }
    const untrusted = await asked({}, { files, cwd: '/repo' })
    expect(untrusted.directories).toEqual(['/', '/'])
    const user = { '~/.codex/config.toml': '[projects."/repo"]\ntrust_level = "trusted"\n' }
    const trusted = await asked({}, { files: { ...files, ...user }, cwd: '/repo' })
    expect(trusted.directories).toEqual(['/repo', '/repo'])
  })

  it('leaves out of PATH what a repository puts there', async () => {
    const env = { PATH: '/repo/node_modules/.bin:bin::/repository/bin:/usr/local/bin' }
    const { calls } = await asked({}, { files: { '/repo/.git/HEAD': '' }, cwd: '/repo/a', env })
    expect(calls.map(({ options }) => options.env?.PATH)).toEqual([
      '/repository/bin:/usr/local/bin',
      '/repository/bin:/usr/local/bin',
    ])
  })

  it('asks for rules where there are any', async () => {
    const { calls } = await asked({}, { files: { '~/.codex/rules/default.rules': '' } })
    expect(calls.map(({ args }) => args)).toContainEqual([
      'execpolicy',
      'check',
      '--rules',
      '/home/user/.codex/rules/default.rules',
      '--',
      'true',
    ])
  })
})

describe('what the answer depends on', () => {
  it('names every file and variable that Codex reads', async () => {
    await using host = await createTestHost({
      files: { ...installations.linux.files, '~/.codex/config.toml': 'model_catalog_json = "/c.json"\n' },
      env: { CODEX_EXEC_SERVER_URL: 'x' },
    })
    const found = await codex.situation?.(host, testConnection('linux'))
    expect(found?.files).toEqual(
      expect.arrayContaining([
        '/home/user/.codex/config.toml',
        '/home/user/.codex/.env',
        '/etc/codex/requirements.toml',
        '/etc/codex/managed_config.toml',
        '/c.json',
      ]),
    )
    expect(found?.variables).toContain('CODEX_EXEC_SERVER_URL')
  })
})
