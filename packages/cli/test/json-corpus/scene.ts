import type { DevGateway, DevGatewayOptions } from '@gate/dev-gateway'
import type { CallOptions, Machine } from '../harness/machine.js'

/** One answer of a command, without what differs between two runs. */
export interface Recording {
  readonly title: string
  readonly command: readonly string[]
  readonly exitCode: number | null
  /** Parsed; the text of a command without `--json`; null when there was nothing. */
  readonly stdout: unknown
  /** The same: an object with `error`, a warning, or null. */
  readonly stderr: unknown
}

/** What a scene plays on: a fresh home directory, a gateway, and a list of answers. */
export interface Stage {
  readonly machine: Machine
  readonly gateway: DevGateway
  /** Options of `setup` that name the gateway and its issuer. */
  readonly connection: readonly string[]
  /** Runs a command with `--json` and records its answer. */
  record(title: string, args: readonly string[], options?: CallOptions): Promise<void>
  /** Records the answer of a command that has no `--json`. */
  recordText(title: string, args: readonly string[], options?: CallOptions): Promise<void>
  /** Runs a command on the way to the next answer; it must succeed. */
  run(args: readonly string[], options?: CallOptions): Promise<void>
  /** Starts another gateway that ends with the scene; recordings call it by a name. */
  startGateway(name: string, options?: DevGatewayOptions): Promise<DevGateway>
}

/** Commands in a row on one machine; what they answer is kept in one file. */
export interface Scene {
  /** Name of the file. */
  readonly name: string
  /** Client programs on PATH. Default Claude Code and Codex. */
  readonly clients?: readonly ('claude' | 'codex' | 'opencode')[]
  /** A gateway of its own. Default: one that all scenes share, and that none may change. */
  readonly gateway?: DevGatewayOptions
  play(stage: Stage): Promise<void>
}
