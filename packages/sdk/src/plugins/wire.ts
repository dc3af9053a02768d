import type { ApplyOptions, ClientPlugin, Connection, Detection } from '@gate/core'

/*
 * How gate and the process of a foreign plugin speak: lines of JSON, over a pipe of their own. Node's channel for messages
 * has no limit for their size.
 */

export const VERBS = ['detect', 'configure', 'revert', 'status', 'ask', 'situation'] as const
export type Verb = (typeof VERBS)[number]

/** What a plugin has besides its verbs. A property of the contract that is not listed here does not compile. */
const PROPERTIES: Readonly<Record<Exclude<keyof ClientPlugin, Verb>, true>> = {
  apiVersion: true,
  id: true,
  displayName: true,
  loginWaitSeconds: true,
  versions: true,
  protocols: true,
}

/** What a plugin process is told before anything else. */
export interface Begin {
  /** Absolute path of the module to import. */
  readonly entry: string
  /** Module to lend as `@gate/core`. Absent: the plugin has its own. */
  readonly core?: string
  /** Working directory of the host. */
  readonly cwd: string
}

/** Arguments of a verb besides the host, which the plugin process makes itself. */
export interface VerbInput {
  readonly connection?: Connection
  readonly options?: Omit<ApplyOptions, 'signal'>
  readonly detection?: Detection
}

/** From gate to the plugin process. */
export type Request =
  | { readonly begin: Begin }
  | { readonly call: number; readonly verb: Verb; readonly input: VerbInput }
  | { readonly abort: number }

/** An error as it crosses; `code` is there for a GateError. */
export interface ThrownError {
  readonly message: string
  readonly code?: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly fix?: string
}

/** What a module exports, as far as it is data. */
export type Exported = Readonly<Partial<Record<keyof typeof PROPERTIES, unknown>>> & {
  /** Names of the verbs that it has. */
  readonly functions: readonly Verb[]
}

/** Reads what the default export of a module says, each property once. */
export function exportedOf(value: unknown): Exported {
  const plugin = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const data = Object.keys(PROPERTIES).map((name) => [name, plugin[name]])
  return { ...Object.fromEntries(data), functions: VERBS.filter((verb) => typeof plugin[verb] === 'function') }
}

/** From the plugin process to gate; what really comes may be anything. */
export type Response =
  | { readonly exported: Exported }
  | { readonly failed: ThrownError }
  | { readonly answer: number; readonly value: unknown }
  | { readonly error: number; readonly thrown: ThrownError }
  | { readonly background: string }

/** The pipe, beside stdin, stdout and stderr. */
export const WIRE_FD = 3

/**
 * Cuts what arrives into lines.
 *
 * @param limit Bytes that one line may have; `tooLong` is called once when one has more, and nothing after it is read.
 */
export function lineReader(
  limit: number,
  onLine: (line: string) => void,
  tooLong: () => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  let ended = false
  return (chunk) => {
    for (let rest = chunk; !ended && rest.length > 0; ) {
      const end = rest.indexOf(10)
      const part = end === -1 ? rest : rest.subarray(0, end)
      parts.push(part)
      size += part.length
      if (size > limit) {
        ended = true
        parts = []
        return tooLong()
      }
      if (end === -1) return
      const line = Buffer.concat(parts).toString('utf8')
      parts = []
      size = 0
      rest = rest.subarray(end + 1)
      onLine(line)
    }
  }
}
