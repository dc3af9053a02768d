import { type CallOptions, type Finished, GATE, type Machine } from './machine.js'

/** Runs gate on a terminal of its own (`script` of util-linux, part of every Debian); stdin is what a person types. */
export function runOnTerminal(machine: Machine, args: readonly string[], options: CallOptions = {}): Promise<Finished> {
  const quoted = [process.execPath, GATE, ...args].map((part) => `'${part}'`).join(' ')
  return machine.run('script', ['--quiet', '--return', '--command', quoted, '/dev/null'], { stdin: '', ...options })
}
