/**
 * The README's first command: the whole life of a connection on a throwaway home directory. An embedded gateway and
 * OpenID provider start on loopback, the real Codex CLI, Claude Code and OpenCode are set up, answer through the gateway, and
 * everything is undone; the exit code says whether each step was seen to work.
 */
import { startDevGateway } from '@gate/dev-gateway'
import { withoutClientFiles } from '../harness/client-written.ts'
import { differences, snapshot } from '../harness/home-snapshot.ts'
import type { Finished } from '../harness/run-process.ts'
import { createHome, type ThrowawayHome } from '../harness/throwaway-home.ts'

const ANSWER = 'Hello from the embedded gateway.'
const HAND_WRITTEN_TOML = '# my own settings\nmodel = "gpt-5.2"   # the one I like\n\n[tools]\nweb_search = false\n'
const HAND_WRITTEN_JSON = '{\n\t"model": "sonnet",\r\n\t"cleanupPeriodDays": 30\n}'
const HAND_WRITTEN_JSONC = '{\n  // my own settings\n  "model": "mine/m", // the one I like\n}\n'

const colour = process.stdout.isTTY && !process.env.NO_COLOR
const paint = (code: number, text: string) => (colour ? `\u001B[${code}m${text}\u001B[0m` : text)
const say = (text: string) => process.stdout.write(`${text}\n`)
const failures: string[] = []

function check(ok: boolean, what: string): void {
  say(`${ok ? paint(32, '✓') : paint(31, '✗')} ${what}`)
  if (!ok) failures.push(what)
}

async function shown(line: string, run: () => Promise<Finished>): Promise<Finished> {
  say(`\n${paint(36, `$ ${line}`)}`)
  const finished = await run()
  process.stdout.write(finished.stdout)
  // What clients say on stderr (banners, progress) would bury the answer.
  if (finished.code !== 0) process.stderr.write(finished.stderr)
  return finished
}

async function tour(place: ThrowawayHome): Promise<void> {
  await place.write('home/.codex/config.toml', HAND_WRITTEN_TOML, 0o600)
  await place.write('home/.claude/settings.json', HAND_WRITTEN_JSON, 0o644)
  await place.write('home/.config/opencode/opencode.jsonc', HAND_WRITTEN_JSONC, 0o644)
  const gate = (...args: string[]) => shown(`gate ${args.join(' ')}`, () => place.gate(args))

  say(`gateway  ${place.gateway.url}\nissuer   ${place.gateway.issuer}\nhome     ${place.home}`)
  const before = await snapshot(place.home)

  const setup = await gate('setup', ...place.connection)
  check(setup.code === 0, 'gate setup signed in and configured the clients')

  const codex = await shown('codex exec hi', () => place.codex())
  check(codex.stdout.includes(ANSWER), 'the real Codex CLI printed the answer of the gateway')

  const claude = await shown('claude -p hi', () => place.claude())
  check(claude.stdout.includes(ANSWER), 'the real Claude Code printed the answer of the gateway')

  const opencode = await shown('opencode run hi', () => place.opencode())
  check(opencode.stdout.includes(ANSWER), 'the real OpenCode printed the answer of the gateway')

  const status = await gate('status')
  const connected = status.stdout.match(/\bconnected\b/g)?.length ?? 0
  check(status.code === 0 && connected >= 3, 'gate status shows all three as connected')

  const teardown = await gate('teardown', '--all', '--purge')
  check(teardown.code === 0, 'gate teardown undid everything')

  const changed = differences(before, withoutClientFiles(await snapshot(place.home)))
  check(
    changed.length === 0,
    `every file is byte for byte what it was${changed.length ? `, except ${changed.join(', ')}` : ''}`,
  )
}

const gateway = await startDevGateway({ answer: ANSWER })
const place = await createHome({ gateway })
try {
  await tour(place)
} finally {
  await gateway.stop()
  await place.remove()
}
say(failures.length === 0 ? `\n${paint(32, 'The demo passed.')}` : `\n${paint(31, `${failures.length} steps failed.`)}`)
process.exitCode = failures.length === 0 ? 0 : 1
