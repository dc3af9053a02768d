import { posix, win32 } from 'node:path'
import { readCachedToken } from '@gate/auth/cached-token'
import { gateDirectories, gatePaths, type Platform } from '@gate/core'
import { parseTokenArguments } from './token-arguments.js'

/**
 * `gate token` and `gate --version` without the command framework: clients run the former for every request. On the
 * cached path this loads nothing but the file system, and reads two small files.
 */
async function run(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--version') {
    const { gateVersion } = await import('./version.js')
    process.stdout.write(`@gate/cli/${gateVersion()} ${process.platform}-${process.arch} node-${process.version}\n`)
    return
  }
  const args = parseTokenArguments(argv.slice(1))
  // Handed out as it is (CI), so it needs no configuration.
  const given = process.env.GATE_TOKEN?.trim()
  const token = given ? given : args.forceRefresh ? undefined : fromCache(args.profile)
  if (token !== undefined) {
    process.stdout.write(`${token}\n`)
    return
  }
  const { runToken } = await import('./operations/run-token.js')
  const abort = new AbortController()
  process.once('SIGINT', () => abort.abort())
  await runToken(args, abort.signal)
}

function fromCache(profile: string | undefined): string | undefined {
  const platform = process.platform as Platform
  const directories = gateDirectories({
    platform,
    env: process.env,
    home: () => (platform === 'win32' ? process.env.USERPROFILE : process.env.HOME) ?? '',
  })
  return readCachedToken({
    configFile: gatePaths({ directories, path: platform === 'win32' ? win32 : posix }).config,
    cacheDirectory: directories.cache,
    profile: profile ?? (process.env.GATE_PROFILE || undefined),
    now: Date.now(),
    uid: process.geteuid?.(),
  })?.token
}

/** Clients show what a helper says, so it is one line; `gate token` has no `--json`. */
async function fail(error: unknown): Promise<never> {
  const { failureOf } = await import('./failure.js')
  const { message, fix, exitCode } = failureOf(error)
  process.stderr.write(`gate: ${message.replace(/\s*\n\s*/g, ' ')}${fix === undefined ? '' : ` ${fix}`}\n`, () =>
    process.exit(exitCode),
  )
  return new Promise(() => {})
}

// A client that closed its end has got what it wanted, or is gone.
process.stdout.on('error', () => process.exit(1))
try {
  await run(process.argv.slice(2))
} catch (error) {
  await fail(error)
}
