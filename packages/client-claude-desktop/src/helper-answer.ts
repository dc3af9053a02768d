import type { Action, Connection, Finding, Host } from '@gate/core'

/** How a client runs its helper. */
export interface HelperCall {
  /** Arguments behind those of the connection. Default: none. */
  readonly args?: readonly string[]
  /** The whole environment, with what keeps the helper from asking anybody. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds. */
  readonly timeoutMs: number
}

const SHOWN_CHARACTERS = 300

/**
 * Runs the helper as a client does and says why the client could not use its answer, for the `problems` of a client
 * definition. What it prints on stdout is looked at and never repeated.
 *
 * @returns `undefined` when the answer is one line without control characters, or when the connection needs no helper.
 */
export async function helperAnswerProblem(
  host: Host,
  connection: Connection,
  { args = [], env, timeoutMs }: HelperCall,
): Promise<Finding | undefined> {
  if (connection.auth.kind === 'none') return undefined
  const { command, args: own } = connection.helper
  const reason = (message: string, fix: Action): Finding => {
    return {
      code: 'helper-failing',
      severity: 'error',
      message: `The helper ${command} ${message}`,
      place: { file: command },
      fix,
    }
  }
  try {
    const result = await host.process.run(command, [...own, ...args], {
      env,
      cwd: host.path.parse(command).root,
      timeoutMs,
    })
    if (result.timedOut) return reason(`gave no answer within ${Math.round(timeoutMs / 1000)} s.`, { action: 'doctor' })
    if (result.code !== 0) {
      const said = lastLine(result.stderr)
      return reason(`ended with code ${result.code}${said === '' ? '.' : `: ${said}`}`, { action: 'login' })
    }
    if (isOneWord(result.stdout.trim())) return undefined
    return reason('printed something else than one token.', { action: 'setup' })
  } catch {
    return reason('cannot be started.', { action: 'setup' })
  }
}

/** Whether a client can put it behind `Bearer`. Pure. */
function isOneWord(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  return (lines.at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, SHOWN_CHARACTERS)
}
