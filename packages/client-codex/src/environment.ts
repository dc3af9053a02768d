import type { Host, Override } from '@gate/core'
import { parseDotenv } from './dotenv.js'
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
  const text = await host.fs.readFile(file, 'utf8').catch(() => '')
  const fromFile = Object.fromEntries(
    Object.entries(parseDotenv(text, host.env)).filter(([name]) => !PASSED_OVER.test(name)),
  )
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
