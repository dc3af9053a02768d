import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessResult, ProcessRunOptions } from '@gate/core'
import { CANARY, createTestHost, type TestFiles, type TestHostInit } from '@gate/plugin-testkit'
import { describe, expect, it } from 'vitest'
import claudeCode from '../src/index.js'

const OURS = { authMethod: 'api_key_helper', apiProvider: 'firstParty', apiKeySource: 'apiKeyHelper' }
const NONE = { authMethod: 'none', apiProvider: 'firstParty' }

/** One question that the program got. */
interface Put {
  readonly args: readonly string[]
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly settings: string | undefined
  readonly logins: string | undefined
}

/** A machine with a Claude Code that answers as it is told; `settings` are the bytes that it was shown. */
async function machine(
  answer: (put: Put) => Partial<ProcessResult> | object,
  { files = {}, version = '2.1.332', ...init }: TestHostInit & { files?: TestFiles; version?: string } = {},
) {
  const puts: Put[] = []
  const run = async (_program: string, args: readonly string[], options: ProcessRunOptions = {}) => {
    const env = options.env ?? {}
    const shown = (name: string) => readFile(join(env.CLAUDE_CONFIG_DIR ?? '', name), 'utf8').catch(() => undefined)
    const put = {
      args,
      cwd: options.cwd,
      env,
      settings: await shown('settings.json'),
      logins: await shown('.credentials.json'),
    }
    puts.push(put)
    const answered = answer(put)
    const isResult = 'stdout' in answered || 'stderr' in answered || 'timedOut' in answered
    return {
      code: 0,
      stdout: '',
      stderr: '',
      timedOut: false,
      ...(isResult ? answered : { stdout: JSON.stringify(answered) }),
    }
  }
  const host = await createTestHost({
    ...init,
    process: { run },
    files: {
      '~/.local/share/claude/versions/x': { content: 'a program', mode: 0o755 },
      '~/.npm-global/lib/node_modules/@anthropic-ai/claude-code/package.json': JSON.stringify({
        name: '@anthropic-ai/claude-code',
        version,
        bin: { claude: 'claude' },
      }),
      '~/.npm-global/lib/node_modules/@anthropic-ai/claude-code/claude': { content: 'a program', mode: 0o755 },
      '~/.local/bin/claude': { link: '~/.npm-global/lib/node_modules/@anthropic-ai/claude-code/claude' },
      '~/.claude/settings.json': '{"apiKeyHelper":"gate"}',
      ...files,
    },
  })
  return { host, puts }
}

const ask = async (answer: Parameters<typeof machine>[0], init: Parameters<typeof machine>[1] = {}) => {
  const { host, puts } = await machine(answer, init)
  await using _ = host
  const before = await host.snapshot()
  const given = await claudeCode.ask?.(host, undefined)
  expect(await host.snapshot(host.home), 'no trace in the home').toEqual(
    new Map([...before].flatMap(([path, entry]) => (path.startsWith('home/user/') ? [[path.slice(10), entry]] : []))),
  )
  /** The question with the user's own settings; the other one is about a helper alone. */
  const asked = puts.find(({ env }) => !env.CLAUDE_CONFIG_DIR?.endsWith('helper-alone'))
  return { given, puts, asked, host }
}

describe('asking Claude Code', () => {
  it('is confirmed where its helper counts', async () => {
    const { given, puts, asked } = await ask(() => OURS)
    expect(given).toEqual({ kind: 'confirms', program: 'claude', version: '2.1.332' })
    expect(puts.map(({ args }) => args)).toEqual([
      ['auth', 'status'],
      ['auth', 'status'],
    ])
    expect(asked?.settings).toBe('{"apiKeyHelper":"gate"}')
  })

  it.each([
    [{ ...OURS, apiProvider: 'bedrock', authMethod: 'third_party' }, 'bedrock'],
    [{ ...OURS, apiProvider: 'gateway', authMethod: 'third_party' }, 'gateway'],
    [{ ...OURS, apiKeySource: 'ANTHROPIC_API_KEY' }, 'ANTHROPIC_API_KEY'],
    [{ ...OURS, authMethod: 'oauth_token' }, 'oauth_token'],
    [NONE, 'none'],
  ])('is denied where another login counts: %j', async (login, word) => {
    const { given } = await ask(() => login)
    expect(given).toMatchObject({ kind: 'denies', about: 'elsewhere' })
    expect(JSON.stringify(given)).toContain(word)
  })

  it('is denied in the words of the client where it leaves the file out', async () => {
    const { given } = await ask(
      ({ args, env, settings }) => {
        if (args[0] !== 'doctor') return settings?.includes('nonsense') ? NONE : OURS
        const file = join(env.CLAUDE_CONFIG_DIR ?? '', 'settings.json')
        return {
          stdout: `Claude Code doctor\n\nInvalid settings\n- ${file} › model: Expected string\n- ${file} › a.b: No\n  Suggested fix: x\n- /else › c: No\n\nMore\n- ${file} › d: No\n`,
        }
      },
      { files: { '~/.claude/settings.json': '{"apiKeyHelper":"gate","model":"nonsense"}' } },
    )
    const file = '/home/user/.claude/settings.json'
    expect(given).toMatchObject({ kind: 'denies', about: 'file' })
    expect(given?.kind === 'denies' && given.reasons).toMatchObject([
      { code: 'client-drops-file', place: { file }, message: expect.stringContaining('model: Expected string') },
      { code: 'client-drops-file', place: { file }, message: expect.stringContaining('a.b: No') },
    ])
  })

  it.each([
    ['a version without the command', { version: '2.0.34' }, OURS, '2.1.158'],
    ['an answer that does not come', {}, { timedOut: true }, '3 seconds'],
    ['an answer of another kind', {}, { stderr: 'error: unknown command\n' }, 'unknown command'],
    [
      'settings that send it elsewhere',
      { files: { '~/.claude/settings.json': '{"env":{"CLAUDE_CONFIG_DIR":"/x"}}' } },
      OURS,
      'directory',
    ],
  ])('has no answer from %s', async (_, init, answer, word) => {
    const { given } = await ask(() => answer, init)
    expect(given).toMatchObject({ kind: 'silent' })
    expect(JSON.stringify(given)).toContain(word)
  })

  it('shows it no secret, and what counts of them', async () => {
    const logins = {
      enterpriseGateway: { url: 'https://g', jwt: CANARY, idpRefreshToken: CANARY, tokenEndpoint: 'https://g/t' },
    }
    const { puts, asked } = await ask(() => OURS, {
      env: {
        ANTHROPIC_API_KEY: CANARY,
        GATE_TOKEN: CANARY,
        ANTHROPIC_CUSTOM_HEADERS: `X-Api-Key: ${CANARY}`,
        CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'X',
      },
      files: { '~/.claude/.credentials.json': JSON.stringify(logins) },
    })
    expect(JSON.stringify(puts)).not.toContain(CANARY)
    expect(asked?.env).toMatchObject({
      ANTHROPIC_API_KEY: expect.stringMatching(/./),
      CLAUDE_CODE_HOST_AUTH_ENV_VAR: 'X',
    })
    expect(JSON.parse(asked?.logins ?? '')).toMatchObject({
      enterpriseGateway: { url: 'https://g', tokenEndpoint: 'https://g/t' },
    })
  })

  it.each([
    ['nobody said it may be trusted', {}, false],
    ['the user trusts it', { '/home/user/work/repo': { hasTrustDialogAccepted: true } }, true],
    ['the user trusts a directory above', { '/home/user/work': { hasTrustDialogAccepted: true } }, true],
    ['the user trusts another one', { '/home/user/work/other': { hasTrustDialogAccepted: true } }, false],
    ['the user does not trust it', { '/home/user/work/repo': { hasTrustDialogAccepted: false } }, false],
  ])('asks in the working directory only where it is trusted: %s', async (_, projects, isThere) => {
    const cwd = '/home/user/work/repo'
    const { asked } = await ask(() => OURS, {
      cwd,
      files: { '~/.claude.json': JSON.stringify({ projects }), '~/work/repo/x': '' },
    })
    expect(asked?.cwd?.endsWith(cwd)).toBe(isThere)
  })
})

describe('what the answer depends on', () => {
  it('names variables that no gate knows, and every managed file', async () => {
    const { host } = await machine(() => OURS, {
      env: { CLAUDE_CODE_OF_TOMORROW: '1', UNRELATED: '1' },
      files: { '/etc/claude-code/managed-settings.d/10-x.json': '{}' },
    })
    await using _ = host
    const situation = await claudeCode.situation?.(host, undefined)
    expect(situation?.variables).toContain('CLAUDE_CODE_OF_TOMORROW')
    expect(situation?.variables).not.toContain('UNRELATED')
    expect(situation?.files).toEqual(
      expect.arrayContaining(['/home/user/.claude/settings.json', '/etc/claude-code/managed-settings.d/10-x.json']),
    )
  })
})
