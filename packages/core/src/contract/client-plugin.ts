import type { GateError } from '../errors/gate-error.js'
import type { Connection } from './connection.js'
import type { Detection, Override } from './detection.js'
import type { Plan } from './edit.js'
import type { ApplyOptions, ApplyResult, UndoResult } from './engine-data.js'
import type { Finding } from './finding.js'
import type { Host } from './host.js'
import type { Protocol } from './protocol.js'
import type { Answer, QuestionContext, Situation } from './question.js'

/**
 * `connected`: every edit was seen in its file, nothing stronger was found, and the client did not say otherwise.
 * `no-token`: the same, but nobody is signed in, the secret store cannot be opened, or the gateway rejected the token; only
 * the gate that runs can know, no plugin answers with it.
 */
export type ClientState = 'not-installed' | 'detected' | 'connected' | 'drifted' | 'overridden' | 'no-token' | 'unknown'

/** The versions of a client that a plugin knows. */
export interface ClientVersions {
  /** The oldest that can work with what gate writes. An older one is refused at setup and never `connected`. */
  readonly oldest: string
  /** Those that the plugin's tables were played on with the real program, oldest first. */
  readonly tried: readonly [string, ...string[]]
}

export interface ClientStatus {
  readonly id: string
  readonly displayName: string
  readonly state: ClientState
  readonly version: string | undefined
  readonly files: readonly { readonly path: string; readonly exists: boolean }[]
  readonly reasons: readonly Finding[]
  readonly overrides: readonly Override[]
  readonly notes: readonly Finding[]
}

export interface ConfigureResult extends ApplyResult {
  readonly clientNotes: readonly Finding[]
  /** What beats the files that were just written; absent = not looked for. */
  readonly overrides?: readonly Override[]
}

export interface RevertResult extends UndoResult {
  readonly clientNotes: readonly Finding[]
}

/** What every client package exports as its default. `apiVersion` is compared before anything is called. */
export interface ClientPlugin {
  readonly apiVersion: 1
  /** Lower-case id used on the command line, e.g. `codex`. */
  readonly id: string
  readonly displayName: string
  /**
   * How many seconds the helper may keep this client waiting while somebody signs in, 0 to 600: what the client itself
   * waits for it, less a margin. 0: it never leads to a login, for a client that asks often and gives up at once.
   * Absent: 60. Setup remembers it, so that the helper loads no plugin.
   */
  readonly loginWaitSeconds?: number
  /** Absent: any version is taken for one that can work. */
  readonly versions?: ClientVersions
  /**
   * The protocols that this client can speak to a gateway; one that the gateway speaks, too, is enough. Setup passes the
   * client over where the gateway was seen to speak none of them, and `status` says so. Absent: not known, so that the
   * client is configured whatever the gateway speaks.
   */
  readonly protocols?: readonly Protocol[]
  detect(host: Host): Promise<Detection>
  configure(host: Host, connection: Connection, options?: ApplyOptions): Promise<ConfigureResult>
  revert(host: Host, options?: ApplyOptions): Promise<RevertResult>
  status(host: Host, connection?: Connection): Promise<ClientStatus>
  /**
   * Asks the client itself which configuration it would use in this directory and environment. Runs nothing that a
   * repository brings, hands it no secret, needs no network where the client allows that. Absent: it cannot be asked.
   */
  ask?(host: Host, connection: Connection | undefined, options?: { readonly signal?: AbortSignal }): Promise<Answer>
  /** What the answer of {@link ClientPlugin.ask} depends on, besides program and connection. Absent: it is never remembered. */
  situation?(host: Host, connection: Connection | undefined): Promise<Situation & { readonly detection: Detection }>
}

/** When a note or an obstacle is asked for. */
export type NoteMoment = 'configure' | 'revert' | 'status'

/** Why a client's files must not be changed now. */
export type Obstacle =
  /** The client does not look at them, e.g. because a policy replaces them: nothing is written, and the note is told. */
  | { readonly kind: 'out-of-force'; readonly note: Finding }
  /** It would go wrong: refused with this error, unless forced. A dry run is not refused. */
  | { readonly kind: 'refusal'; readonly error: GateError }

/** The pure description that {@link defineClient} turns into a {@link ClientPlugin}. */
export interface ClientDefinition {
  readonly id: string
  readonly displayName: string
  /** See {@link ClientPlugin.loginWaitSeconds}. */
  readonly loginWaitSeconds?: number
  /** See {@link ClientPlugin.versions}. */
  readonly versions?: ClientVersions
  /** See {@link ClientPlugin.protocols}. */
  readonly protocols?: readonly Protocol[]
  /** Options of this client by name, with the values that each may have; the first one counts when none is chosen. */
  readonly options?: Readonly<Record<string, readonly [string, ...string[]]>>
  detect(host: Host): Promise<Detection>
  /** Pure: no I/O, same input gives the same plan. */
  plan(host: Host, connection: Connection, detection: Detection): Plan
  /**
   * Names everything that would beat the plan: environment, project files, managed policy. Reads only.
   *
   * @param detection As `detect` found it just now, so that nobody has to look again.
   */
  overrides?(host: Host, connection: Connection | undefined, detection: Detection): Promise<readonly Override[]>
  /**
   * Why the client's files must not be changed now. Asked before `configure`, before `revert` (which heeds refusals only)
   * and for the `status` of an installed client that is not configured (where only `out-of-force` counts: `overridden`
   * then says who decides instead of gate). Reads only.
   */
  obstacle?(
    host: Host,
    moment: NoteMoment,
    context: { readonly connection: Connection | undefined; readonly detection: Detection },
  ): Promise<Obstacle | undefined>
  /**
   * What keeps the client from working although its files say what the plan says, e.g. a helper that is gone. Asked for
   * `status` of a configured client; a reason makes its state `drifted`. Reads only.
   */
  problems?(
    host: Host,
    context: { readonly connection: Connection | undefined; readonly detection: Detection },
  ): Promise<readonly Finding[]>
  /** See {@link ClientPlugin.ask}; called for an installed client only. `askProgram` runs its program as the rules want it. */
  ask?(host: Host, context: QuestionContext): Promise<Answer>
  /** See {@link ClientPlugin.situation}. Reads only. */
  situation?(host: Host, context: QuestionContext): Promise<Situation>
  notes?(
    host: Host,
    moment: NoteMoment,
    context: { readonly connection: Connection | undefined; readonly detection: Detection },
  ): readonly Finding[] | Promise<readonly Finding[]>
}
