import type { Connection, Detection, Host, Situation } from '@gate/core'

/** Milliseconds in which a file may have been written twice without a difference in its times. */
const UNSETTLED_MS = 2_000

/** Bytes of a file that are read for a digest; of a larger one size and time count. */
const MAX_READ_BYTES = 1024 * 1024

/** What a question depends on, as a plugin's `situation` and gate know it. */
export interface AskedSituation extends Situation {
  readonly detection: Detection
}

/** What tells one situation from another. */
export interface SituationMark {
  /**
   * Equal only where no file was touched since; without reading any, and without `node:crypto`. Undefined while a file is
   * so new that it could be written again without a trace.
   */
  readonly stamp: string | undefined
  /** Equal where everything says the same. Values are only hashed. */
  digest(): Promise<string>
}

/**
 * Marks a situation. The mark is the same as long as nothing that counts has changed: the client's program, the plugin, the
 * connection, the directory, and the files and variables that the plugin names.
 */
export async function situationMark(
  host: Host,
  plugin: { readonly id: string; readonly version: string | undefined },
  connection: Connection | undefined,
  { detection, files, variables, more = [] }: AskedSituation,
): Promise<SituationMark> {
  const { location, version } = detection
  const paths = [...new Set([...(location === undefined ? [] : [location]), ...files])].sort()
  const looks = await Promise.all(paths.map(async (path) => [path, await look(host, path)] as const))
  const values = [...new Set(variables)].sort().map((name) => [name, host.env[name] ?? null])
  const facts = (seen: readonly unknown[]) =>
    JSON.stringify([
      plugin,
      version ?? null,
      connection ?? null,
      host.platform,
      host.home,
      host.cwd,
      seen,
      values,
      more,
    ])
  const isSettled = looks.every(([, { changedAt }]) => host.clock.now() - changedAt > UNSETTLED_MS)
  return {
    stamp: isSettled ? quickHash(facts(looks.map(([path, { stamp }]) => [path, stamp]))) : undefined,
    async digest() {
      const { createHash } = await import('node:crypto')
      const sha = (content: string | Uint8Array) => createHash('sha256').update(content).digest('base64url')
      const seen = looks.map(async ([path, seenAs]) => [path, await markOf(host, path, seenAs, path === location, sha)])
      return sha(facts(await Promise.all(seen)))
    },
  }
}

/** A path as the system describes it. */
interface Look {
  readonly stamp: string
  /** Milliseconds since the epoch. */
  readonly changedAt: number
  readonly stats?: Awaited<ReturnType<Host['fs']['stat']>>
  /** Set where the stamp is all that counts: names in a directory, or that it cannot be read. */
  readonly mark?: string
}

async function look(host: Host, path: string): Promise<Look> {
  try {
    const stats = await host.fs.stat(path)
    if (stats.isDirectory()) {
      const mark = JSON.stringify((await host.fs.readdir(path)).sort())
      return { stamp: mark, mark, changedAt: 0 }
    }
    const { ino, size, mtimeMs, ctimeMs, mode } = stats
    return { stamp: `${ino} ${size} ${mtimeMs} ${ctimeMs} ${mode}`, changedAt: Math.max(mtimeMs, ctimeMs), stats }
  } catch (error) {
    const mark = codeOf(error)
    return { stamp: mark, mark, changedAt: 0 }
  }
}

/** What of a path counts: content, or what was seen of it already. A program is too large to be read. */
async function markOf(
  host: Host,
  path: string,
  { stats, mark }: Look,
  isProgram: boolean,
  sha: (content: Uint8Array) => string,
): Promise<string> {
  if (stats === undefined) return mark ?? ''
  if (isProgram || !stats.isFile() || stats.size > MAX_READ_BYTES) {
    return `${stats.ino} ${stats.size} ${stats.mtimeMs} ${stats.mode}`
  }
  try {
    return sha(await host.fs.readFile(path))
  } catch (error) {
    return codeOf(error)
  }
}

function codeOf(error: unknown): string {
  return String((error as NodeJS.ErrnoException).code ?? error)
}

/** 64 bits of a text: two multiplicative hashes (the finaliser is MurmurHash3's). No secret can be read from it, but it proves nothing. */
function quickHash(text: string): string {
  let [one, two] = [0xdeadbeef, 0x41c6ce57]
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    one = Math.imul(one ^ unit, 0x9e3779b1)
    two = Math.imul(two ^ unit, 0x5f356495)
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(two ^ (two >>> 13), 0xc2b2ae35)
  two = Math.imul(two ^ (two >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35)
  return [one, two].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')
}
