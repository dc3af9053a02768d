// What the command line does, as small as it can be: one process that asks for a token, or signs in.
// Started with `node driver.ts <JSON>`; runs the built package, like a client's helper.
import * as fs from 'node:fs/promises'
import { createAuth } from '@gate/auth'
import type { HostFileSystem } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'

interface Order {
  readonly gateway: { readonly url: string; readonly issuer: string; readonly clientId: string }
  readonly command: 'token' | 'login' | 'logout'
  readonly interaction?: 'detached' | 'never'
  readonly waitMs?: number
  readonly timeoutMs?: number
  readonly force?: boolean
  /** The process is killed just before its file-system call of this number; 0 = never, but says how many there were. */
  readonly killAt?: number
}

const CHANGES = new Set(['mkdir', 'open', 'rename', 'rm', 'rmdir', 'unlink', 'writeFile', 'utimes'])
const order: Order = JSON.parse(process.argv[2] ?? '{}')
const { url, issuer, clientId } = order.gateway
const loginOrder: Order = { gateway: order.gateway, command: 'login', timeoutMs: order.timeoutMs ?? 60_000 }
let calls = 0
const countingFs = Object.fromEntries(
  Object.entries(fs).map(([name, call]) => [
    name,
    typeof call !== 'function'
      ? call
      : (...args: unknown[]) => {
          // Locks are waited for by polling, so only what changes something is counted.
          if (CHANGES.has(name) && ++calls === order.killAt) process.kill(process.pid, 'SIGKILL')
          return (call as (...all: unknown[]) => unknown)(...args)
        },
  ]),
) as unknown as HostFileSystem
const host = createNodeHost({ requireHome: false, ...(order.killAt === undefined ? {} : { fs: countingFs }) })
const auth = createAuth(host, {
  profileName: 'default',
  profile: { gatewayUrl: url, auth: { kind: 'oidc', issuer, clientId, scopes: ['openid', 'offline_access'] } },
  loginCommand: { command: process.execPath, args: [import.meta.filename, JSON.stringify(loginOrder)] },
  warn: (message) => console.error(message),
})
try {
  if (order.command === 'login') {
    const { timeoutMs = 60_000 } = order
    await auth.login({ method: 'browser', present: { show: () => {} }, detached: true, timeoutMs })
  } else if (order.command === 'logout') {
    console.log(JSON.stringify(await auth.logout()))
  } else {
    const { token } = await auth.accessToken({
      interaction: order.interaction ?? 'never',
      ...(order.waitMs === undefined ? {} : { waitMs: order.waitMs }),
      ...(order.force === undefined ? {} : { forceRefresh: order.force }),
    })
    process.stdout.write(`${token.reveal()}\n`)
  }
} catch (error) {
  const { code = 'crash', exitCode = 1, message } = error as { code?: string; exitCode?: number; message: string }
  console.error(`${code}: ${message}`)
  process.exit(exitCode)
}
if (order.killAt === 0) console.error(calls)
process.exit(0)
