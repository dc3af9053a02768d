import { dirname } from 'node:path/posix'
import type { ManagedChange } from './change.js'

/** Exit codes of the command. */
export const IS_LINK = 65
export const HAS_CHANGED = 66

/**
 * The shell command that root runs: replaces the file by one rename, if it still is what gate has read. What is written
 * stands in the command itself, so that nobody can exchange it before root reads it. Pure.
 *
 * Only what POSIX and macOS both have is used; it is meant for `/bin/sh`.
 */
export function rootCommand({ location, current, wanted, madeDirectory }: ManagedChange): string {
  const isCurrent = current === null ? '[ ! -e "$f" ]' : `printf %b ${octal(current)} | cmp -s - "$f"`
  return [
    'set -eu',
    'umask 022',
    'PATH=/usr/bin:/bin',
    `d=${quoted(dirname(location))}`,
    `f=${quoted(location)}`,
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

/** A word that the shell leaves as it is. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** Any bytes, for `printf %b`; nothing in there means anything to a shell. */
function octal(bytes: Buffer): string {
  return `'${[...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')}'`
}
