import type { Connection, Host, Reason } from '@gate/core'

/** Why the shim of a connection cannot hand out a token; empty when it can be started. */
export async function helperReasons(host: Host, connection: Connection): Promise<readonly Reason[]> {
  const { inspectShim } = await import('@gate/auth')
  const { command, problems } = await inspectShim(host, connection)
  return problems.map(({ code, message, fix }) => ({ code: `helper-${code}`, message, file: command, fix }))
}
