import type { Connection, Finding, Host } from '@gate/core'

/** Returns why the shim of a connection cannot hand out a token; empty when it can be started. */
export async function helperReasons(host: Host, connection: Connection): Promise<readonly Finding[]> {
  const { inspectShim } = await import('@gate/auth')
  return (await inspectShim(host, connection)).problems
}
