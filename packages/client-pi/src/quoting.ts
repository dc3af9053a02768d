import { advice, GateError, type Helper, type Platform, quotePosix } from '@gate/core'

/**
 * A command as pi takes it in `apiKey`: a `!` and a line for a shell. Nothing in it is interpolated by pi. On Linux and
 * macOS the shell is `/bin/sh`. On Windows it is Git Bash where there is one and `cmd.exe` where there is none (0.87.1,
 * `resolve-config-value.js`, the same file in 1.5.2), so the line must mean the same to both: forward slashes, double
 * quotes, and none of the characters that either of them expands within. Pure.
 *
 * @throws GateError `invalid-config` for a helper on Windows that cannot be written so.
 */
export function shellCommand(platform: Platform, { command, args }: Helper): string {
  const words =
    platform === 'win32' ? [command.replaceAll('\\', '/'), ...args].map(bothShells) : [command, ...args].map(quotePosix)
  return `!${words.join(' ')}`
}

/** A header's value as pi takes it: `$NAME` is a variable and a `!` at the start a command, unless a `$` precedes. Pure. */
export function literalValue(value: string): string {
  return value.replaceAll('$', '$$$$').replace(/^!/, '$!')
}

function bothShells(word: string): string {
  if (/["$`%\r\n]|\\\\|\\$/.test(word)) {
    throw new GateError({
      code: 'invalid-config',
      message: `pi on Windows cannot be given a helper with one of " $ \` % in it: ${JSON.stringify(word)}.`,
      fix: advice('Set GATE_HOME to a directory without these characters and set gate up again.'),
    })
  }
  return `"${word}"`
}
