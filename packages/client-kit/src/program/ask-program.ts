import { type Host, neutralDirectory, type ProcessResult } from '@gate/core'
import { repositoryDirectories } from '../files/repository-directories.js'

/** Milliseconds that a client may take for its answer. */
const ASK_LIMIT_MS = 3_000

/** What a credential in the child's environment is replaced by where only its presence counts. */
const PLACEHOLDER = 'gate-asks-without-the-secret'

const LOOKS_SECRET = /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|AUTH|COOKIE|_PAT$|(?:API|ACCESS|PRIVATE)_?KEY|_KEY$/i
/** Code or options that a runtime inside the client would take from the environment. */
const LOADS_CODE = /^(?:NODE_OPTIONS|NODE_PATH|BUN_OPTIONS|BUN_INSPECT.*)$/i

export interface ProgramQuestion {
  /** Absolute path of the client's executable. */
  readonly program: string
  readonly args: readonly string[]
  /** Default: {@link neutralDirectory}, where no repository brings anything along. */
  readonly cwd?: string
  /** Variables that are passed as they are although their names look like secrets, e.g. `CLAUDE_CODE_HOST_AUTH_ENV_VAR`. */
  readonly plain?: readonly string[]
  /** Credentials whose presence changes the answer: the child gets a placeholder instead of the value. An empty one stays empty. */
  readonly present?: readonly string[]
  /** Set in the child besides; `undefined` takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Text for its standard input. Default: none. */
  readonly stdin?: string
  /** Default 3000. */
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Asks a client's own program something. The child gets the user's environment without gate's variables, without what
 * looks like a secret, without passwords inside URLs, without what makes a runtime load code, and without the programs
 * that a repository puts on `PATH`.
 *
 * @throws The system's error when it cannot be started, the signal's reason when it aborts.
 */
export async function askProgram(host: Host, question: ProgramQuestion): Promise<ProcessResult> {
  const { program, args, cwd = neutralDirectory(host), stdin, timeoutMs = ASK_LIMIT_MS, signal } = question
  return host.process.run(host.toNative(program), args, {
    cwd: host.toNative(cwd),
    env: { ...askEnvironment(host.env, question), ...(await ownPath(host)), ...question.env },
    timeoutMs,
    ...(stdin === undefined ? {} : { stdin }),
    ...(signal === undefined ? {} : { signal }),
  })
}

/** The environment of a question, see {@link askProgram}. Pure. */
export function askEnvironment(
  env: Host['env'],
  { plain = [], present = [] }: Pick<ProgramQuestion, 'plain' | 'present'> = {},
): Record<string, string> {
  const asked: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || /^GATE_/i.test(name) || LOADS_CODE.test(name)) continue
    if (plain.includes(name)) asked[name] = value
    else if (present.includes(name)) asked[name] = value === '' ? '' : PLACEHOLDER
    else if (!LOOKS_SECRET.test(name)) asked[name] = withoutPassword(value)
  }
  return asked
}

function withoutPassword(value: string): string {
  return value.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@]*):[^\s/?#@]*@/gi, `$1:${PLACEHOLDER}@`)
}

/**
 * `PATH` without what a repository brings: relative directories, and those inside the one that the host works in, which
 * direnv and its like add. A client starts system programs by their names.
 */
async function ownPath(host: Host): Promise<Record<string, string>> {
  const { path } = host
  const name = Object.keys(host.env).find((each) => (host.platform === 'win32' ? each.toUpperCase() : each) === 'PATH')
  if (name === undefined) return {}
  const { directories, isRepository } = await repositoryDirectories(host)
  const top = isRepository ? directories.at(-1) : host.cwd
  const isBrought = (entry: string) => {
    if (!path.isAbsolute(entry)) return true
    const below = path.relative(top ?? host.cwd, entry)
    return below !== '..' && !below.startsWith(`..${path.sep}`) && !path.isAbsolute(below)
  }
  // Whoever keeps the home directory under version control has brought those programs.
  const isHome = top !== undefined && [host.home, path.parse(host.home).root].includes(top)
  const entries = (host.env[name] ?? '').split(path.delimiter)
  return {
    [name]: entries.filter((entry) => (isHome ? path.isAbsolute(entry) : !isBrought(entry))).join(path.delimiter),
  }
}
