import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listCalls, runKilled } from '../harness/kill/kill-runs.ts'
import { ArgumentWatch } from '../harness/process-arguments.ts'
import type { Finished } from '../harness/run-process.ts'
import { type CallOptions, createHome, PASSPHRASE, type ThrowawayHome } from '../harness/throwaway-home.ts'

const API_KEY = 'api-key-canary-51d0c2b7e9'
const GATE_TOKEN = 'gate-token-canary-8e41f7a3d6'

/** Access tokens may lie in one 0600 file of gate's cache, and nowhere else. */
const isCachedToken = (secret: string, path: string) =>
  secret.startsWith('access_token') && /^home\/\.cache\/gate\/tokens\/[^/]+\.json$/.test(path)

/** Every form in which a secret could be written down by accident. */
const formsOf = (secret: string) => [
  secret,
  encodeURIComponent(secret),
  Buffer.from(secret).toString('base64').replaceAll('=', ''),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
]

interface Said {
  readonly line: string
  readonly output: string
}

describe('a secret appears nowhere but where it must', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  let argumentsSeen: ArgumentWatch
  /** Name → value of every secret so far. */
  let secrets: Map<string, string>
  let said: Said[]
  beforeEach(async () => {
    secrets = new Map([['passphrase', PASSPHRASE]])
    said = []
    gateway = await startDevGateway({
      accessTokenLifetime: 15,
      rewriteTokenResponse(body) {
        for (const name of ['access_token', 'refresh_token', 'id_token']) {
          if (typeof body[name] === 'string') secrets.set(`${name} ${secrets.size}`, body[name])
        }
        return body
      },
    })
    home = await createHome({ gateway })
    argumentsSeen = new ArgumentWatch()
  })
  afterEach(async () => {
    argumentsSeen.stop()
    await gateway.stop()
    await home.remove()
  })

  const note = async (line: string, run: Promise<Finished>): Promise<Finished> => {
    const finished = await run
    said.push({ line, output: `${finished.stdout}\n${finished.stderr}` })
    return finished
  }
  const gate = (args: readonly string[], options?: CallOptions) =>
    note(`gate ${args.join(' ')}`, home.gate(args, options))
  const ok = async (args: readonly string[], options?: CallOptions) => {
    const finished = await gate(args, options)
    expect(finished, finished.stdout + finished.stderr).toMatchObject({ code: 0 })
  }
  /** Every report that gate makes, whatever it finds. */
  const reports = async () => {
    for (const command of [['status'], ['list'], ['config', 'show'], ['doctor']]) {
      await gate(command)
      await gate([...command, '--json'])
    }
    await gate(['doctor', '--report'])
    await gate(['setup', '--dry-run'])
    await gate(['setup', '--dry-run', '--json'])
    await gate(['teardown', '--all', '--dry-run'])
  }

  /** Secrets found in outputs, arguments and files, as `secret: place`. */
  const findings = async (allowed: (secret: string, path: string) => boolean) => {
    const found: string[] = []
    const files = (await readdir(home.root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    for (const [name, value] of secrets) {
      const holds = (content: string) => formsOf(value).some((form) => content.includes(form))
      for (const { line, output } of said) if (holds(output)) found.push(`${name}: output of ${line}`)
      if (holds(argumentsSeen.text)) found.push(`${name}: arguments of a process`)
      for (const entry of files) {
        const path = join(entry.parentPath, entry.name).slice(home.root.length + 1)
        if (!allowed(name, path) && holds(await readFile(join(home.root, path), 'latin1')))
          found.push(`${name}: ${path}`)
      }
    }
    return found
  }

  it('tokens and the passphrase', async () => {
    await ok(['setup', ...home.connection])
    await reports()
    await note('claude', home.claude())
    await note('codex', home.codex())
    await ok(['login'])
    // A broken file, a wrong passphrase, an issuer that is gone: errors talk, too.
    await gate(['token', '--force-refresh'], { env: { GATE_SECRET_STORE_PASSPHRASE: `${PASSPHRASE}-wrong` } })
    secrets.set('wrong passphrase', `${PASSPHRASE}-wrong`)
    gateway.failToken({ kind: '400', times: 1 })
    await gate(['token', '--force-refresh', '--skip-browser'])
    said.pop()
    gateway.failToken({ kind: 'invalid_grant', times: 1 })
    await gate(['token', '--force-refresh', '--skip-browser'])
    said.pop()
    await reports()
    expect([...secrets.keys()].filter((name) => /^(access|refresh)_token/.test(name)).length).toBeGreaterThanOrEqual(4)

    expect(await findings(isCachedToken)).toEqual([])
    expect(argumentsSeen.text).toContain('setup')

    await ok(['teardown', '--all', '--purge'])
    expect(await findings(() => false)).toEqual([])
  })

  it('an API key', async () => {
    secrets.set('api key', API_KEY)
    await gateway.stop()
    gateway = await startDevGateway({ auth: 'api-key', apiKeys: [API_KEY] })
    const connection = ['--gateway-url', gateway.url, '--api-key-stdin']
    await ok(['setup', ...connection], { stdin: `${API_KEY}\n` })
    expect(await home.claude()).toMatchObject({ code: 0 })
    expect(await home.codex()).toMatchObject({ code: 0 })
    expect(gateway.requests.filter(({ bearer }) => bearer === API_KEY).length).toBeGreaterThan(1)
    await reports()
    await gate(['setup', '--gateway-url', 'http://example.com', '--api-key-stdin'], { stdin: `${API_KEY}\n` })
    expect(await findings(() => false)).toEqual([])
    await ok(['teardown', '--all', '--purge'])
    expect(await findings(() => false)).toEqual([])
  })

  it("the user's own secrets, in what gate keeps to undo its changes", async () => {
    const own = 'user-secret-canary-2f6b80c4d1'
    const settings = { env: { MY_SECRET: own, ANTHROPIC_AUTH_TOKEN: own }, model: 'sonnet' }
    await home.write('home/.claude/settings.json', JSON.stringify(settings, undefined, 2))
    await home.write(
      'home/.codex/config.toml',
      `[model_providers.mine]\nname = "m"\nexperimental_bearer_token = "${own}"\n`,
    )
    secrets.set("the user's secret", own)
    const theirs = (secret: string, path: string) =>
      isCachedToken(secret, path) || /^home\/\.(claude\/settings\.json|codex\/config\.toml)$/.test(path)
    await ok(['setup', ...home.connection])
    await reports()
    // Diffs show the user's own file to the user.
    said = said.filter(({ line }) => !line.includes('--dry-run'))
    expect(await findings(theirs)).toEqual([])
    await ok(['teardown', '--all'])

    // The journal exists only while gate works: it is looked at in what a kill leaves.
    const match = 'rename(Sync)? .*/journal/'
    const calls = await listCalls(home, ['setup', ...home.connection])
    const journals = calls.filter((line) => new RegExp(match).test(line))
    expect(journals.length).toBeGreaterThanOrEqual(4)
    // How often gate looks at something before depends on the moment, so these calls alone are counted.
    for (const call of journals.keys()) {
      await ok(['teardown', '--all'])
      expect(
        await runKilled(home, ['setup', ...home.connection], { call: call + 1, when: 'after', match }),
      ).toMatchObject({
        signal: 'SIGKILL',
      })
      const temp = /^home\/\.(claude|codex)\/\..*\.gate-.*\.tmp$/
      expect(await findings((secret, path) => theirs(secret, path) || temp.test(path))).toEqual([])
    }
    await ok(['teardown', '--all', '--purge'])
    expect(await findings(theirs)).toEqual([])
  })

  it('GATE_TOKEN', async () => {
    secrets.set('GATE_TOKEN', GATE_TOKEN)
    const env = { GATE_TOKEN }
    // The gateway does not know this token, which setup says; the files are written all the same.
    await gate(['setup', '--lazy', ...home.connection], { env })
    expect((await home.gate(['token'], { env })).stdout).toBe(`${GATE_TOKEN}\n`)
    gateway.fail({ kind: '401', times: Number.POSITIVE_INFINITY })
    await note('claude', home.claude([], { env: { ...env, CLAUDE_CODE_MAX_RETRIES: '0' } }))
    await note('codex', home.codex([], { env }))
    expect(gateway.requests.some(({ bearer }) => bearer === GATE_TOKEN)).toBe(true)
    for (const command of [
      ['status', '--json'],
      ['doctor', '--report'],
      ['config', 'show', '--json'],
    ]) {
      await gate(command, { env })
    }
    expect(await findings(() => false)).toEqual([])
    await ok(['teardown', '--all', '--purge'], { env })
    expect(await findings(() => false)).toEqual([])
  })
})
