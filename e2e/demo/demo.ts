/**
 * The README's first command: the whole life of a connection on a throwaway home directory. An embedded gateway and
 * OpenID provider start on loopback, the real Codex CLI and Claude Code are set up, answer through the gateway, and
 * everything is undone; the exit code says whether each step was seen to work.
 */
import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startDevGateway } from '@gate/dev-gateway'
import { differences, snapshot } from './home-snapshot.ts'

const ANSWER = 'Hello from the embedded gateway.'
const HAND_WRITTEN_TOML = '# my own settings\nmodel = "gpt-5.2"   # the one I like\n\n[tools]\nweb_search = false\n'
const HAND_WRITTEN_JSON = '{\n\t"model": "sonnet",\r\n\t"cleanupPeriodDays": 30\n}'

const require = createRequire(import.meta.url)
const gate = join(dirname(fileURLToPath(import.meta.url)), '../../packages/cli/bin/run.js')

interface Finished {
  readonly code: number | null
  readonly stdout: string
}

const colour = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code: number, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text)
const say = (text: string) => process.stdout.write(`${text}\n`)
const failures: string[] = []

function check(ok: boolean, what: string): void {
  say(`${ok ? paint(32, '✓') : paint(31, '✗')} ${what}`)
  if (!ok) failures.push(what)
}

/** The executable that an npm package of a client brings, so that the demo depends on nothing installed globally. */
function clientBinary(packageName: string, bin: string): string {
  const manifest = require.resolve(`${packageName}/package.json`)
  return join(dirname(manifest), (require(manifest) as { bin: Record<string, string> }).bin[bin] ?? bin)
}

async function main(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'gate-demo-'))
  const gateway = await startDevGateway({ answer: ANSWER })
  try {
    return await tour(home, gateway)
  } finally {
    await gateway.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
}

async function tour(home: string, gateway: Awaited<ReturnType<typeof startDevGateway>>): Promise<number> {
  const bin = join(home, '..', `${home.slice(home.lastIndexOf('gate-demo-'))}-bin`)
  await mkdir(bin)
  await symlink(clientBinary('@openai/codex', 'codex'), join(bin, 'codex'))
  await symlink(clientBinary('@anthropic-ai/claude-code', 'claude'), join(bin, 'claude'))

  await mkdir(join(home, '.codex'), { mode: 0o700 })
  await mkdir(join(home, '.claude'))
  await writeFile(join(home, '.codex/config.toml'), HAND_WRITTEN_TOML, { mode: 0o600 })
  await writeFile(join(home, '.claude/settings.json'), HAND_WRITTEN_JSON)
  await chmod(join(home, '.claude/settings.json'), 0o644)

  const env = {
    HOME: home,
    PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    TERM: process.env.TERM ?? 'dumb',
    BROWSER: gateway.browser,
    // A throwaway home has no keychain; gate keeps the refresh token in its encrypted file instead.
    GATE_SECRET_STORE: 'file',
    GATE_SECRET_STORE_PASSPHRASE: 'demo',
  }
  const run = (shown: string, command: string, args: readonly string[]) => {
    say(`\n${paint(36, `$ ${shown}`)}`)
    return finished(command, args, env, home)
  }
  const runGate = (...args: string[]) => run(`gate ${args.join(' ')}`, process.execPath, [gate, ...args])

  say(`gateway  ${gateway.url}\nissuer   ${gateway.issuer}\nhome     ${home}`)
  const before = await snapshot(home)

  const setup = await runGate(
    'setup',
    '--gateway-url',
    gateway.url,
    '--issuer',
    gateway.issuer,
    '--client-id',
    gateway.clientId,
  )
  check(setup.code === 0, 'gate setup signed in and configured the clients')

  const codex = await run('codex exec "Say hello"', 'codex', ['exec', '--skip-git-repo-check', 'Say hello'])
  check(codex.stdout.includes(ANSWER), 'the real Codex CLI printed the answer of the gateway')

  const claude = await run('claude -p "Say hello"', 'claude', ['-p', 'Say hello'])
  check(claude.stdout.includes(ANSWER), 'the real Claude Code printed the answer of the gateway')

  const status = await runGate('status')
  check(
    status.code === 0 && (status.stdout.match(/\bconnected\b/g)?.length ?? 0) >= 2,
    'gate status shows both as connected',
  )

  const teardown = await runGate('teardown', '--all', '--purge')
  check(teardown.code === 0, 'gate teardown')

  const changed = differences(before, await snapshot(home)).filter((path) => !writtenByClients(path))
  check(
    changed.length === 0,
    changed.length === 0 ? 'every file is byte for byte what it was' : `changed: ${changed.join(', ')}`,
  )
  await rm(bin, { recursive: true, force: true })

  say(
    failures.length === 0 ? `\n${paint(32, 'The demo passed.')}` : `\n${paint(31, `${failures.length} steps failed.`)}`,
  )
  return failures.length === 0 ? 0 : 1
}

/** What Codex 0.169 and Claude Code 2.1.329 themselves leave in a home directory when they run. */
function writtenByClients(path: string): boolean {
  if (path === '.codex/config.toml' || path === '.claude/settings.json') return false
  return (
    /^(\.claude\.json|\.claude\/|\.codex\/|\.cache(\/|$)|\.local(\/|$)|\.config(\/|$)|\.npm(\/|$))/.test(path) &&
    !path.includes('/gate')
  )
}

function finished(command: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'inherit'], timeout: 120_000 })
    let stdout = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      process.stdout.write(chunk)
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout }))
  })
}

process.exitCode = await main()
