import { spawn } from 'node:child_process'
import { type DevGateway, startDevGateway } from '@gate/dev-gateway'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claudeExecutable, codexExecutable } from '../harness/client-programs.ts'
import { modelRequests } from '../harness/gateway-evidence.ts'
import {
  callHelper,
  expectRefusal,
  expireCachedToken,
  sameToken,
  setUp,
  shimOf,
} from '../harness/sign-in/helper-calls.ts'
import { recordingBrowser } from '../harness/sign-in/recording-browser.ts'
import { createHome, PASSPHRASE, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'The answer came through the gateway, number 4711.'

describe('where and how clients call the helper', () => {
  let gateway: DevGateway
  let home: ThrowawayHome
  beforeEach(async () => {
    gateway = await startDevGateway({ answer: ANSWER })
    home = await createHome({ gateway })
  })
  afterEach(async () => {
    await gateway.stop()
    await home.remove()
  })

  it('the real Claude Code that was started before anybody signed in answers once the login is completed', async () => {
    const browser = await recordingBrowser(home)
    await setUp(home, ['--lazy'])
    const claude = home.claude([], { env: { BROWSER: browser.path }, timeoutMs: 110_000 })
    const url = await browser.firstUrl()
    expect(modelRequests(gateway, /\/v1\/messages$/)).toEqual([])
    await gateway.visit(url)
    const finished = await claude
    expect(finished, finished.stderr).toMatchObject({ code: 0 })
    expect(finished.stdout).toContain(ANSWER)
    expect(await browser.urls()).toEqual([url])
    expect(gateway.counters).toMatchObject({ authorizationRequests: 1, logins: 1 })
  })

  it('the real Claude Code and Codex in an environment as bare as a desktop’s, with a cached and an expired token', async () => {
    await setUp(home)
    gateway.clearRequests()
    // A desktop starts programs without anything of the shell's: no BROWSER, no XDG_*, and not the store that setup was
    // told to use. The encrypted file stands in for the keychain, so its passphrase has to be there for a renewal.
    const bare = { HOME: home.home, PATH: '/usr/bin:/bin' }
    const unlocked = { ...bare, GATE_SECRET_STORE_PASSPHRASE: PASSPHRASE }
    const both = async (env: Readonly<Record<string, string>>) => {
      const line = Object.entries(env).map(([name, value]) => `${name}=${value}`)
      const claude = await home.run('/usr/bin/env', ['-i', ...line, claudeExecutable, '-p', 'hi'])
      expect(claude, claude.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(ANSWER) })
      const codex = await home.run('/usr/bin/env', [
        ...['-i', ...line, process.execPath, codexExecutable],
        ...['exec', '--skip-git-repo-check', 'hi'],
      ])
      expect(codex, codex.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(ANSWER) })
    }
    await both(bare)
    expect(gateway.requests.filter(({ status }) => status === 401)).toEqual([])
    gateway.clearRequests()
    await expireCachedToken(home)
    const variables = Object.entries(bare).map(([name, value]) => `${name}=${value}`)
    const locked = await home.run('/usr/bin/env', ['-i', ...variables, shimOf(home), '--client', 'claude-code'])
    expectRefusal(locked, 1, /secrets\.enc needs its passphrase\. Set GATE_SECRET_STORE_PASSPHRASE/)
    await both(unlocked)
    expect(gateway.counters).toMatchObject({ tokenRequests: 1, refreshRequests: 1, browserStarts: 0, logins: 0 })
  })

  it.each(['mid-session-refresh', 'scheduled-task', 'setup-test', 'background'])(
    'the context %s never opens a browser: code 3 and one line',
    async (context) => {
      await setUp(home, ['--lazy'])
      const env = { CLAUDE_HELPER_CONTEXT: context }
      expectRefusal(await callHelper(home, ['--client', 'claude-desktop'], { env }), 3, /gate login/)
      expect(gateway.counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0 })
      // It is only the login that is in the way: with one, the same call has a token, also an expired one renewed.
      expect(await home.gate(['login'])).toMatchObject({ code: 0 })
      await expireCachedToken(home)
      sameToken([await callHelper(home, ['--client', 'claude-desktop'], { env })])
    },
  )

  it('the context interactive opens one', async () => {
    await setUp(home, ['--lazy'])
    const env = { CLAUDE_HELPER_CONTEXT: 'interactive' }
    sameToken([await callHelper(home, ['--client', 'claude-desktop'], { env })])
    expect(gateway.counters).toMatchObject({ browserStarts: 1, logins: 1 })
  })

  it('S116 Codex, --skip-browser and a machine without a desktop get code 3 and one line', async () => {
    await setUp(home, ['--lazy'])
    const { BROWSER: _browser, ...noDesktop } = home.env
    expectRefusal(await callHelper(home, ['--client', 'codex']), 3, /gate login/)
    expectRefusal(await callHelper(home, ['--skip-browser']), 3, /gate login/)
    const variables = Object.entries(noDesktop).map(([name, value]) => `${name}=${value}`)
    const helper = [shimOf(home), '--client', 'claude-code']
    expectRefusal(await home.run('/usr/bin/env', ['-i', ...variables, ...helper]), 3, /gate login/)
    expect(gateway.counters).toMatchObject({ browserStarts: 0, authorizationRequests: 0 })
  })

  it('A19 a closed stdin and an odd working directory make no difference', async () => {
    await setUp(home, ['--lazy'])
    const odd: readonly (readonly [string, string])[] = [
      ['closed stdin', 'exec "$@" <&-'],
      ['one stream for everything', 'exec "$@" <&- 2>&1'],
      ['/', 'cd / && exec "$@"'],
      ['deleted directory', 'mkdir "$HOME/gone" && cd "$HOME/gone" && rmdir "$HOME/gone" && exec "$@"'],
    ]
    const call = async (script: string) => {
      const result = await home.run('/bin/sh', ['-c', script, 'sh', shimOf(home), '--client', 'codex'])
      // Debian's sh says this by itself when it starts without a working directory, before it reads the shim.
      return { ...result, stderr: result.stderr.replace(/^sh: 0: getcwd\(\) failed: .*\n/, '') }
    }
    for (const [what, script] of odd) {
      const { code, stdout, stderr } = await call(script)
      expect({ code, said: `${stdout}${stderr}` }, what).toEqual({
        code: 3,
        said: expect.stringMatching(/^gate: [^\n]*gate login\n$/),
      })
    }
    expect(await home.gate(['login'])).toMatchObject({ code: 0 })
    const tokens = []
    for (const [, script] of odd) tokens.push(await call(script))
    sameToken(tokens)
  })

  it('A19 a client that closed its end ends the helper, cached or not, with nothing on stderr but gate’s own line', async () => {
    await setUp(home)
    const closedOutput = () =>
      new Promise<{ end: number | string | null; stderr: string }>((resolve) => {
        const child = spawn(shimOf(home), ['--client', 'claude-code'], { env: { ...home.env }, cwd: '/' })
        let stderr = ''
        child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
          stderr += chunk
        })
        child.stdout.destroy()
        child.once('close', (code, signal) => resolve({ end: code ?? signal, stderr }))
      })
    for (const expired of [false, true]) {
      if (expired) await expireCachedToken(home)
      const { end, stderr } = await closedOutput()
      // A shell that answers by itself is ended by the signal for it, Node reports the error.
      expect([0, 1, 'SIGPIPE']).toContain(end)
      expect(stderr).toBe('')
    }
    // The one that renewed kept what it got, although nobody heard it.
    gateway.clearRequests()
    sameToken([await callHelper(home)])
    expect(gateway.counters.tokenRequests).toBe(0)
  })
})
