import type { Host, Override, Table } from '@gate/core'
import { codexHome } from './paths.js'

/** The variables that Codex works with: those of its shell, and over them those of the `.env` file in its home. */
export interface CodexEnvironment {
  /** Its own file of variables. */
  readonly file: string
  /** What that file sets, without what Codex passes over in it. */
  readonly fromFile: Readonly<Record<string, string>>
  get(name: string): string | undefined
  /** Where the value of a variable comes from. */
  placeOf(name: string): Pick<Override, 'source' | 'location'>
}

/** Codex's own variables do not count in its file, in whatever case they are spelled (0.171.0). */
const PASSED_OVER = /^CODEX_/i

/** Reads what Codex adds to its environment before it looks at anything else. An unreadable file adds nothing. */
export async function readEnvironment(host: Host): Promise<CodexEnvironment> {
  const file = host.path.join(codexHome(host), '.env')
  const read = await host.engine.readDocument(host, file, 'dotenv')
  const fromFile = read.state === 'parsed' ? expanded(read.value, host.env) : {}
  return {
    file,
    fromFile,
    get: (name) => fromFile[name] ?? host.env[name],
    placeOf: (name) =>
      fromFile[name] === undefined
        ? { source: 'environment', location: name }
        : { source: 'user', location: `${file}: ${name}` },
  }
}

/** Values with the variables that they refer to: of the lines above, then of the shell. */
function expanded(values: Table, env: Host['env']): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value !== 'string' || PASSED_OVER.test(name)) continue
    found[name] = value.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
      const other = braced ?? bare ?? ''
      return found[other] ?? env[other] ?? ''
    })
  }
  return found
}
