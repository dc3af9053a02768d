import { string as argument } from '@oclif/core/args'
import { Command } from '@oclif/core/command'
import { boolean, string } from '@oclif/core/flags'
import type { CommandDefinition, Flags } from '../define-command.js'
import { completed } from '../plain-line.js'
import { runCommand } from '../run-command.js'

/** Returns a command as oclif wants it: for its help and its manifest, and for lines that need its parser. */
export function oclifCommand(id: string, definition: CommandDefinition): Command.Class {
  const { summary, description, examples, strict = true, hasJson = true, args = {}, flags = {} } = definition
  return class extends Command {
    static override id = id
    static override summary = summary
    static override description = description as string
    static override examples = [...examples]
    static override strict = strict
    static override enableJsonFlag = hasJson
    static override args = Object.fromEntries(
      Object.entries(args).map(([name, about]) => [name, argument({ ignoreStdin: true, ...about })]),
    )
    static override flags = Object.fromEntries(Object.entries(flags).map(([name, about]) => [name, oclifFlag(about)]))

    async run(): Promise<void> {
      const { flags: values, argv } = await this.parse(this.ctor as typeof Command)
      await runCommand(definition, completed(definition, values, argv.map(String)), this.jsonEnabled())
    }

    /** Errors are printed in one place, `main`, also those of the parser. */
    protected override async catch(error: Error): Promise<never> {
      throw error
    }
  } as unknown as Command.Class
}

function oclifFlag(about: Flags[string]) {
  if (about.type === 'option') {
    const { type: _type, multiple = false, ...details } = about
    return multiple ? string({ ...details, multiple: true }) : string(details)
  }
  const { type: _type, exclusive, ...details } = about
  return boolean({ ...details, ...(exclusive ? { exclusive: [...exclusive] } : {}) })
}
