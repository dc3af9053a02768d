import type { FileChange } from '@gate/core'
import { printable } from '@gate/sdk'

/**
 * Makes a printer of one that composes text: whatever it is given is made {@link printable} first, in every field and
 * however deep, so that nothing a repository, a plugin or a server named can act on the terminal. Colours and line ends are
 * then the printer's own. `--json` has no need of it.
 */
export function forPeople<Args extends readonly unknown[], Result>(
  print: (...args: Args) => Result,
): (...args: Args) => Result {
  return (...args) => print(...(args.map(shown) as unknown as Args))
}

/** A copy of plain data in which every text, keys included, can be printed. */
function shown(value: unknown): unknown {
  if (typeof value === 'string') return printable(value)
  if (Array.isArray(value)) return value.map(shown)
  if (!isPlain(value)) return value
  const lines = isFileChange(value) ? ['before', 'after'] : []
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      printable(key),
      lines.includes(key) && typeof each === 'string' ? printableLines(each) : shown(each),
    ]),
  )
}

/** Text of a whole file: a diff shows its lines, and marks their ends itself. */
function printableLines(text: string): string {
  return text.replaceAll(/[^\n\r\t]+/g, printable)
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function isFileChange(value: Readonly<Record<string, unknown>>): value is FileChange & Record<string, unknown> {
  return 'path' in value && ('before' in value || 'after' in value)
}
