import { advice, GateError, type Platform, quotePosix } from '@gate/core'

// Inside double quotes cmd.exe still expands %VAR%, and nothing quotes the others safely in every place it parses them.
const UNQUOTABLE_BY_CMD = /[&|<>^%"\r\n]/

/**
 * One command line for `apiKeyHelper`, which Claude Code runs as `/bin/sh -c "…"`, on Windows through `cmd.exe`. Pure.
 *
 * @throws GateError `invalid-config` when the program is not an absolute path (the `PATH` of a client started from a
 * desktop is not the shell's), or holds a character that `cmd.exe` cannot be given.
 */
export function commandLine(platform: Platform, command: string, args: readonly string[]): string {
  const isAbsolute = platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|\\\\)/.test(command) : command.startsWith('/')
  if (!isAbsolute) {
    throw new GateError({
      code: 'invalid-config',
      message: `The helper must be an absolute path, but is ${JSON.stringify(command)}.`,
    })
  }
  const quote = platform === 'win32' ? quoteForCmd : quotePosix
  return [
    quote(command),
    ...args.map((argument) => (/^[\w./:=@-]+$/.test(argument) ? argument : quote(argument))),
  ].join(' ')
}

function quoteForCmd(text: string): string {
  if (UNQUOTABLE_BY_CMD.test(text)) {
    throw new GateError({
      code: 'invalid-config',
      message: `Claude Code starts its helper through cmd.exe, which cannot be given the path ${text}.`,
      fix: advice('Set GATE_HOME to a directory whose path has none of & | < > ^ % "'),
    })
  }
  return `"${text}"`
}
