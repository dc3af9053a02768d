import { posix, win32 } from 'node:path'
import { awaitRenewalTurn, markAsked, readCachedToken } from '@gate/auth/cached-token'
import { type Action, exitCodeOf, type GateDirectories, GateError, type GatePaths, gatePaths } from '@gate/core'
import { directoriesOfThisProcess, foreignOwnership } from '../ownership/refuse-foreign.js'
import { printable } from '../printable.js'
import { parseTokenArguments, type TokenArguments } from './arguments.js'
import { writeAtOnce } from './write-at-once.js'

/** The way to a token that is not in the cache file. */
export interface LongWay {
  /**
   * Refreshes, or leads to a login where the caller may.
   *
   * @throws GateError `not-configured`, `other-gateway`, `login-required`, and those of `@gate/auth`.
   */
  fetchToken(
    args: TokenArguments,
    signal: AbortSignal | undefined,
    warn: (message: string) => void,
  ): Promise<{ readonly token: string; readonly profile: string }>
  /** Ends the process although a call of the operating system may never return. */
  readonly endProcess: typeof process.exit
  /** Returns whether such a call is under way. */
  isHeldUp(): boolean
}

/**
 * Runs `token …` as clients do for every request, and ends the process. On the cached path it loads nothing but the file
 * system and reads two small files, once it is sure whose they are.
 *
 * @param argv Arguments after `token`.
 * @param loadLongWay Loads the rest, when it is needed.
 * @param describe Returns what helps in words; it becomes the end of the one line that clients show.
 */
export function runTokenCommand(
  argv: readonly string[],
  loadLongWay: () => Promise<LongWay>,
  describe: (fix: Action) => string,
): void {
  // The long way may leave something behind that never ends, and brings a way to end of its own.
  let end: typeof process.exit = process.exit
  const fail = (error: unknown) => failWith(error, describe, end)
  const out: Output = {
    write(text) {
      try {
        const rest = out.isOpen ? text : writeAtOnce(STDOUT, text)
        if (rest === undefined) return
        if (!out.isOpen) process.stdout.on('error', out.failed)
        out.isOpen = true
        process.stdout.write(rest)
      } catch (error) {
        out.failed(error as NodeJS.ErrnoException)
      }
    },
    failed(error) {
      // A client that closed its end has got what it wanted, or is gone.
      if (error.code === 'EPIPE') end(1)
      else fail(new Error(`the token could not be written to standard output (${error.code ?? error.message})`))
    },
    isOpen: false,
  }
  const load = async () => {
    const long = await loadLongWay()
    end = long.endProcess
    return long
  }
  printToken(argv, load, out).catch(fail)
}

const STDOUT = 1

/** Where the token goes. */
interface Output {
  write(text: string): void
  failed(error: NodeJS.ErrnoException): void
  /** Whether Node's stream is used, because a pipe was full. */
  isOpen: boolean
}

async function printToken(argv: readonly string[], load: () => Promise<LongWay>, out: Output): Promise<void> {
  const args = parseTokenArguments(argv)
  // Handed out as it is (CI), so it needs no configuration.
  const given = process.env.GATE_TOKEN?.trim()
  if (given && !/^[\x21-\x7e]+$/.test(given)) {
    throw new GateError({
      code: 'token-invalid',
      message: 'GATE_TOKEN holds characters that no HTTP header may carry.',
    })
  }
  const directories = given ? undefined : directoriesOfThisProcess()
  const refusal = directories && foreignOwnership(directories)
  if (refusal) throw refusal
  const query = directories && !args.forceRefresh ? cacheQuery(args, directories) : undefined
  const fresh = query && readCachedToken({ ...query, now: Date.now() })
  const turn = query && !fresh ? await awaitRenewalTurn(query) : undefined
  const cached = fresh ?? turn?.answer
  const token = given || cached?.token
  if (token) {
    out.write(`${token}\n`)
    if (cached && directories) noteAsker(cached.profile, args, directories)
    if (cached?.outdated) await renewCacheFile(args, await load())
    return
  }
  const over = () => turn?.done()
  // Also when it ends in the middle of it.
  process.once('exit', over)
  const long = await load()
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const fetched = await long.fetchToken(args, abort.signal, (message) => {
    process.stderr.write(`gate: ${printable(message)}\n`)
  })
  over()
  out.write(`${fetched.token}\n`)
  if (directories) noteAsker(fetched.profile, args, directories)
  // The token is out, but a request that was given up would keep the process, and the client that waits for its end.
  if (long.isHeldUp()) process.stdout.write('', () => process.stderr.write('', () => long.endProcess(0)))
}

/**
 * Brings the cache file up to date after its token was printed, e.g. so that the shim can answer from it again since
 * `config.json` changed. The caller has its token, so nothing that is in the way of this is worth a word.
 */
async function renewCacheFile(args: TokenArguments, long: LongWay): Promise<void> {
  await long.fetchToken({ ...args, skipBrowser: true }, undefined, () => {}).catch(() => {})
}

function cacheQuery({ profile, gatewayUrl }: TokenArguments, directories: GateDirectories) {
  return {
    configFile: pathsOf(directories).config,
    cacheDirectory: directories.cache,
    gateway: gatewayUrl,
    profile: profile ?? (process.env.GATE_PROFILE || undefined),
    uid: process.geteuid?.(),
  }
}

/** Tells `gate status` that the client is alive. Claude Desktop says who it is by a variable alone. */
function noteAsker(profile: string, { client }: TokenArguments, directories: GateDirectories): void {
  const clientId = client ?? (process.env.CLAUDE_HELPER_CONTEXT ? 'claude-desktop' : undefined)
  if (clientId !== undefined) markAsked({ directory: pathsOf(directories).tokens, profile, clientId })
}

function pathsOf(directories: GateDirectories): GatePaths {
  return gatePaths({ directories, path: process.platform === 'win32' ? win32 : posix })
}

/** Clients show what a helper says, so it is one line; `gate token` has no `--json`. */
function failWith(error: unknown, describe: (fix: Action) => string, end: typeof process.exit): void {
  const message = error instanceof Error ? error.message : String(error)
  const help = GateError.isInstance(error) && error.fix !== undefined ? describe(error.fix) : ''
  const fix = help === '' ? '' : ` ${help}`
  const code = GateError.isInstance(error) ? exitCodeOf(error.code) : 1
  process.stderr.write(`gate: ${printable(`${message}${fix}`.replace(/\s*\n\s*/g, ' '))}\n`, () => end(code))
}
