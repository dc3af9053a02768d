import { codexExecutable } from '../harness/client-programs.ts'
import { clientVersion } from '../harness/client-versions.ts'
import judged from './codex.json' with { type: 'json' }
import { newCodexNames } from './codex-names.ts'

/** Prints the names that a version of Codex knows and nobody has judged: `pnpm names:codex [version]`. */
const [version] = process.argv.slice(2)
const launcher = version === undefined ? codexExecutable : await clientVersion('@openai/codex', version)
process.stdout.write(`${JSON.stringify(await newCodexNames(launcher, judged), undefined, 2)}\n`)
