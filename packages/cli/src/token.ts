import { readFileSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { type CachedTokenAnswer, markAsked, readCachedToken } from '@gate/auth/cached-token'
import { exitCodeOf, type GateDirectories, GateError, type GatePaths, gatePaths } from '@gate/core'
import { directoriesOfThisProcess, foreignOwnership } from './ownership/refuse-foreign.js'
import { printable } from './print/printable.js'
import { parseTokenArguments, type TokenArguments } from './token-arguments.js'

/** How to end early; the long way, which may leave something behind that never ends, brings its own. */
let end: typeof process.exit = process.exit

/**
 * `gate token` and `gate --version` without the command framework: clients run the former for every request. This is
 * one file, and on the cached path it loads nothing but the file system and reads two small files, once it is sure whose
 * they are.
 */
async function run(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--version') {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
      version: string
    }
    process.stdout.write(`@gate/cli/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
    return
  }
  const args = parseTokenArguments(argv.slice(1))
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
  const cached = directories === undefined || args.forceRefresh ? undefined : fromCache(args, directories)
  const token = given || cached?.token
  if (token) {
    process.stdout.write(`${token}\n`)
    if (cached && directories) noteAsker(cached.profile, args, directories)
    if (cached?.outdated) await (await import('./run-token.js')).renewCacheFile(args)
    return
  }
  const long = await import('./run-token.js')
  end = long.endProcess
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  const profile = await long.runToken(args, abort.signal)
  if (directories) noteAsker(profile, args, directories)
  // The token is out, but a request that was given up would keep the process, and the client that waits for its end.
  if (long.isHeldUp()) process.stdout.write('', () => process.stderr.write('', () => end(0)))
}

function fromCache({ profile, gatewayUrl }: TokenArguments, directories: GateDirectories): CachedTokenAnswer {
  return readCachedToken({
    configFile: pathsOf(directories).config,
    cacheDirectory: directories.cache,
    gateway: gatewayUrl,
    profile: profile ?? (process.env.GATE_PROFILE || undefined),
    now: Date.now(),
    uid: process.geteuid?.(),
  })
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
function fail(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error)
  const fix = GateError.isInstance(error) && error.fix !== undefined ? ` ${error.fix}` : ''
  const code = GateError.isInstance(error) ? exitCodeOf(error.code) : 1
  process.stderr.write(`gate: ${printable(`${message}${fix}`.replace(/\s*\n\s*/g, ' '))}\n`, () => end(code))
}

// A client that closed its end has got what it wanted, or is gone.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') end(1)
  else fail(new Error(`the token could not be written to standard output (${error.code ?? error.message})`))
})
run(process.argv.slice(2)).catch(fail)
