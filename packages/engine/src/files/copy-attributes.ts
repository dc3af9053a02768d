import { advice, GateError, type Host, type ProcessResult } from '@gate/core'
import { errnoOf } from './io-error.js'

/**
 * Gives a temporary file what Node can neither read nor write of the file that it replaces: the access control list and
 * the extended attributes. Without that, a rename drops them, and the group bits of a mode that were the mask of a list
 * become rights of the group.
 *
 * Done by the system's `cp`. One that cannot do it (busybox) or is missing leaves the file with its mode alone.
 *
 * @param from The file that is replaced; absent is fine.
 * @param to The temporary file. Its content is replaced on macOS, so call this before anything is written to it.
 * @throws GateError `io-failed` when the system refuses: whoever could read the file then would be anybody's guess.
 */
export async function copyAttributes(host: Host, from: string, to: string): Promise<void> {
  const options = COPY_OPTIONS[host.platform]
  if (options === undefined) return
  const paths = [from, to].map((path) => host.toNative(path))
  for (let attempt = 1; ; attempt++) {
    const before = await identityOf(host, from)
    const result = await host.process.run('cp', [...options, '--', ...paths]).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (result === undefined || result.code === 0 || UNKNOWN_OPTION.test(result.stderr)) return
    const after = await identityOf(host, from)
    if (after === undefined) return
    // Another program saved the file meanwhile, by putting a new one in its place: cp leaves such a one alone.
    if (after !== before && attempt < MAX_ATTEMPTS) continue
    throw refusal(from, result)
  }
}

function refusal(from: string, result: ProcessResult): GateError {
  const reason = result.stderr.trim() || (result.timedOut ? 'cp did not end' : `cp ended with ${result.code}`)
  return new GateError({
    code: 'io-failed',
    message: `gate cannot give the new ${from} the access rights and attributes of the old one (${reason}). The file was not changed.`,
    file: from,
    fix: advice(`Make cp -p work on ${from}.`),
  })
}

const COPY_OPTIONS: Readonly<Partial<Record<Host['platform'], readonly string[]>>> = {
  // GNU coreutils: the list is part of what they call the mode.
  linux: ['--attributes-only', '--preserve=mode,xattr'],
  // macOS has no such option; -p takes lists and attributes along with the content.
  darwin: ['-p'],
}

// What busybox, toybox and others say of an option that they do not have; none of them translates it.
const UNKNOWN_OPTION = /\b(unrecognized|unknown|illegal|invalid|unexpected) (option|argument)/i

// A program that saves several times a second replaces it now and then during the milliseconds that cp takes.
const MAX_ATTEMPTS = 10

/** What tells a file from another one in its place; undefined when there is none. */
async function identityOf(host: Host, path: string): Promise<string | undefined> {
  const stats = await host.fs.stat(path).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined
    throw error
  })
  return stats && `${stats.dev} ${stats.ino}`
}
