import type { Config } from '@oclif/core'
import { COMMANDS } from './commands/index.js'

/** A command line that names a command and asks for no help. */
interface Named {
  readonly id: keyof typeof COMMANDS
  readonly rest: readonly string[]
}

/** What oclif's `Command` asks of its configuration while it parses and runs. */
type UsedConfig = Pick<Config, 'bin' | 'runHook' | 'scopedEnvVarKeys' | 'userAgent'>

const CONFIG: UsedConfig = {
  bin: 'gate',
  userAgent: 'gate',
  runHook: async () => ({ failures: [], successes: [] }),
  scopedEnvVarKeys: () => [],
}

/**
 * Starts a command without oclif's own start: reading package.json, manifest and themes, and looking for plugins and
 * hooks that gate does not have, costs as much as half of `node -e 0`. Help, and whatever is no command, is oclif's.
 *
 * @returns False when oclif has to look at it.
 */
export async function startDirectly(argv: readonly string[]): Promise<boolean> {
  const named = commandOf(argv)
  if (named === undefined) return false
  const command = COMMANDS[named.id]
  command.id = named.id
  await new command([...named.rest], CONFIG as Config).start()
  return true
}

function commandOf(argv: readonly string[]): Named | undefined {
  const end = argv.indexOf('--')
  if ((end === -1 ? argv : argv.slice(0, end)).some((arg) => arg === '--help' || arg === '-h')) return undefined
  const [first = '', second = ''] = argv
  for (const [id, length] of [
    [first, 1],
    [`${first}:${second}`, 2],
  ] as const) {
    if (isCommand(id)) return { id, rest: argv.slice(length) }
  }
  return undefined
}

function isCommand(id: string): id is keyof typeof COMMANDS {
  return Object.hasOwn(COMMANDS, id)
}
