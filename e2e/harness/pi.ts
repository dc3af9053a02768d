import { readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Snapshot } from './home-snapshot.ts'
import type { Finished } from './run-process.ts'
import type { CallOptions, ThrowawayHome } from './throwaway-home.ts'

// Not by resolving: its `exports` name no file that a `require` may have.
/** Directory of pi's npm package. */
export const PI_PACKAGE = join(import.meta.dirname, '../node_modules/@earendil-works/pi-coding-agent')
const PLUGIN = join(import.meta.dirname, '../../packages/client-pi')

/** pi 1.6.0, a Node script. */
const piExecutable = join(PI_PACKAGE, manifest().bin.pi)

function manifest(): { bin: { pi: string } } {
  return JSON.parse(readFileSync(join(PI_PACKAGE, 'package.json'), 'utf8')) as { bin: { pi: string } }
}

/** Puts pi on the home's PATH, and its plugin into gate's configuration by its path, as one that is no part of gate's own. */
export async function addPi(home: ThrowawayHome, program = piExecutable): Promise<void> {
  await symlink(program, join(home.root, 'bin', 'pi'))
  const added = await home.gate(['config', 'set', 'plugins', PLUGIN])
  if (added.code !== 0) throw new Error(added.stderr)
}

/** `pi -p hi` with further arguments, and without pi's own calls to its vendor. */
export function runPi(home: ThrowawayHome, args: readonly string[] = [], options: CallOptions = {}): Promise<Finished> {
  return runOnlinePi(home, args, { ...options, env: { PI_OFFLINE: '1', ...options.env } })
}

/** `pi -p hi` as a user starts it. */
export function runOnlinePi(
  home: ThrowawayHome,
  args: readonly string[] = [],
  options: CallOptions = {},
): Promise<Finished> {
  // Started with this Node, because its first line would look for one on PATH.
  return home.run(process.execPath, [join(home.root, 'bin', 'pi'), '-p', ...args, 'hi'], options)
}

/**
 * What `pi -p` of 1.6.0 leaves in its directory; a test runs it without gate and holds this list against what it sees.
 * Directories stand for everything in them.
 */
export const PI_WRITES = ['auth.json', 'models-store.json', 'sessions'] as const

/** A snapshot without what pi wrote. @param directory Its directory, relative to the home. */
export function withoutPiFiles(entries: Snapshot, directory = '.pi/agent'): Snapshot {
  const own = PI_WRITES.map((name) => `${directory}/${name}`)
  return new Map([...entries].filter(([path]) => !own.some((one) => path === one || path.startsWith(`${one}/`))))
}
