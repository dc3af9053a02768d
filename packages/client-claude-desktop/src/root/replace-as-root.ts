import { dirname } from 'node:path/posix'
import { quotePosix } from '@gate/core'

/** How a file of root is to be replaced. */
export interface RootReplacement {
  /** Absolute path of the file. */
  readonly location: string
  /** The file as it was read; null = no file. */
  readonly current: Buffer | null
  /** The file as it has to be; null = no file. */
  readonly wanted: Buffer | null
  /** Whether gate made the directory, so that it goes with the file when it is empty. */
  readonly madeDirectory: boolean
}

/** Exit codes of the command. */
export const IS_LINK = 65
export const HAS_CHANGED = 66

/**
 * The shell command that root runs: replaces the file by one rename, if it still is what gate has read. What is written
 * stands in the command itself, so that no process of the user can exchange it before root reads it. Pure.
 *
 * Only what POSIX and macOS both have is used; it is meant for `/bin/sh`.
 */
export function replaceAsRootCommand({ location, current, wanted, madeDirectory }: RootReplacement): string {
  const isCurrent = current === null ? '[ ! -e "$f" ]' : `printf %b ${octal(current)} | cmp -s - "$f"`
  return [
    'set -eu',
    'umask 022',
    'PATH=/usr/bin:/bin',
    `d=${quotePosix(dirname(location))}`,
    `f=${quotePosix(location)}`,
    't="$f.gate"',
    `if [ -L "$d" ] || [ -L "$f" ]; then exit ${IS_LINK}; fi`,
    `${isCurrent} || exit ${HAS_CHANGED}`,
    ...(wanted === null ? removal(madeDirectory) : replacement(wanted)),
  ].join('\n')
}

function removal(withDirectory: boolean): string[] {
  return ['rm -f "$f"', ...(withDirectory ? ['rmdir "$d" 2>/dev/null || :'] : [])]
}

/** A copy of the old file first, so that owner and mode stay. */
function replacement(wanted: Buffer): string[] {
  return [
    'mkdir -p "$d"',
    'rm -f "$t"',
    'trap \'rm -f "$t"\' EXIT',
    'if [ -f "$f" ]; then cp -p "$f" "$t"; fi',
    `printf %b ${octal(wanted)} > "$t"`,
    'mv -f "$t" "$f"',
  ]
}

/** Any bytes, for `printf %b`; nothing in there means anything to a shell. */
function octal(bytes: Buffer): string {
  return `'${[...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')}'`
}
