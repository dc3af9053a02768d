import { CommandLine } from './command-line.js'
import type { CommandDefinition, ParsedLine } from './define-command.js'

/** Runs a command and prints its answer. What it throws is printed in one place, `main`. */
export async function runCommand(definition: CommandDefinition, parsed: ParsedLine, isJson: boolean): Promise<void> {
  const line = new CommandLine(isJson)
  try {
    const result = await definition.run(parsed, line)
    if (isJson && result) line.answer(result)
  } finally {
    line.progress.clear()
  }
}
