import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/**
 * Other versions of the clients than the pinned ones, for the tables that say what older ones do. They are fetched from
 * npm when a test asks for them, and kept, so that nobody who only wants to build gate has to download them.
 */
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'gate-e2e', 'clients')

const COMMANDS = {
  '@anthropic-ai/claude-code': 'claude',
  '@earendil-works/pi-coding-agent': 'pi',
  '@openai/codex': 'codex',
} as const

/** An npm package that older versions of a client are fetched from. */
export type VersionedClient = keyof typeof COMMANDS

/**
 * The executable of an exact version of a client, installed into the user's cache if it is not there yet.
 *
 * @throws Error when npm cannot install it; with npm's own words.
 */
export async function clientVersion(packageName: VersionedClient, version: string): Promise<string> {
  const place = join(CACHE, `${packageName.replace('/', '+')}@${version}`)
  const manifest = (directory: string) => join(directory, 'node_modules', packageName, 'package.json')
  const installed = await readFile(manifest(place), 'utf8').catch(() => undefined)
  if (installed === undefined) await install(packageName, version, place)
  const { bin } = JSON.parse(await readFile(manifest(place), 'utf8')) as { bin: string | Record<string, string> }
  const file = typeof bin === 'string' ? bin : bin[COMMANDS[packageName]]
  if (file === undefined) throw new Error(`${packageName}@${version} has no command ${COMMANDS[packageName]}`)
  return join(place, 'node_modules', packageName, file)
}

/** Installs beside the place and renames, so that two test files that ask at once both find a whole one. */
async function install(packageName: VersionedClient, version: string, place: string): Promise<void> {
  await mkdir(CACHE, { recursive: true })
  const fresh = await mkdtemp(`${place}.`)
  try {
    const args = [
      'install',
      '--prefix',
      fresh,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${packageName}@${version}`,
    ]
    await promisify(execFile)('npm', args, { cwd: fresh, timeout: 300_000 })
    await rename(fresh, place).catch((error: NodeJS.ErrnoException) => {
      // Somebody else was faster; theirs is the same.
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
