import { claudeExecutable } from '../harness/client-programs.ts'
import { clientVersion } from '../harness/client-versions.ts'
import listed from './claude-code.json' with { type: 'json' }
import { newClaudeCodeNames } from './claude-code-names.ts'

/** Prints the names that a version of Claude Code knows and the list does not name: `pnpm names:claude-code [version]`. */
const [version] = process.argv.slice(2)
const program = version === undefined ? claudeExecutable : await clientVersion('@anthropic-ai/claude-code', version)
process.stdout.write(`${JSON.stringify(await newClaudeCodeNames(program, listed), undefined, 2)}\n`)
