import { fileURLToPath } from 'node:url'
import type { DevGateway } from '@gate/dev-gateway'
import {
  type CallOptions,
  createMachine as createHome,
  type Finished,
  type Machine as Home,
  type MachineOptions,
} from '../../../sdk/test/harness/machine.js'

export type { CallOptions, Finished, MachineOptions }

/** The built command, as it is installed. */
export const GATE = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** A throwaway home directory with programs that only exist, and `gate` in it. */
export interface Machine extends Home {
  gate(...args: string[]): Promise<Finished>
  gateWith(options: CallOptions, ...args: string[]): Promise<Finished>
}

/** Makes a {@link Machine}. Nothing is inherited from the environment of the test. */
export async function createMachine(options: MachineOptions = {}): Promise<Machine> {
  const home = await createHome(options)
  return {
    ...home,
    gate: (...args) => home.run(process.execPath, [GATE, ...args]),
    gateWith: (given, ...args) => home.run(process.execPath, [GATE, ...args], given),
  }
}

/** Options of `setup` that name a gateway and its issuer. */
export function connectionFlags(gateway: DevGateway): string[] {
  return ['--gateway-url', gateway.url, '--issuer', gateway.issuer, '--client-id', gateway.clientId]
}

/** The object that a command printed on stdout; fails with what it said when it is no object. */
export function json<T = Record<string, unknown>>(finished: Finished): T {
  try {
    return JSON.parse(finished.stdout) as T
  } catch {
    throw new Error(`no JSON on stdout; code ${finished.code}\n${finished.stdout}\n${finished.stderr}`)
  }
}

/** The `error` object that a command printed on stderr with `--json`. */
export function errorOf(finished: Finished): {
  code: string
  message: string
  file: string | null
  fix: string | null
} {
  try {
    return (JSON.parse(finished.stderr) as { error: ReturnType<typeof errorOf> }).error
  } catch {
    throw new Error(`no JSON on stderr; code ${finished.code}\n${finished.stderr}`)
  }
}
