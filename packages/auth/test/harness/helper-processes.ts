import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { DevGateway } from '@gate/dev-gateway'
import type { Machine } from './machine.js'

const DRIVER = fileURLToPath(new URL('./driver.ts', import.meta.url))

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess
  readonly finished: Promise<Finished>
}

/** Starts the built package in a process of its own, as clients start their helper. */
export function startHelper(
  machine: Pick<Machine, 'env'>,
  gateway: DevGateway,
  order: Record<string, unknown> = {},
  env: Record<string, string> = {},
): Running {
  const { url, issuer, clientId } = gateway
  const full = { gateway: { url, issuer, clientId }, command: 'token', ...order }
  const child = spawn(process.execPath, [DRIVER, JSON.stringify(full)], {
    env: { ...(machine.env as NodeJS.ProcessEnv), GATE_SECRET_STORE: 'file', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout?.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const finished = new Promise<Finished>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return { child, finished }
}

export function runHelper(...args: Parameters<typeof startHelper>): Promise<Finished> {
  return startHelper(...args).finished
}
