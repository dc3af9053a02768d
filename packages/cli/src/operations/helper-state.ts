import type { Host, Reason } from '@gate/core'

/** Why the shim of a profile cannot hand out a token; empty when it can be started. */
export async function helperReasons(host: Host, profile: string): Promise<readonly Reason[]> {
  const { inspectShim } = await import('@gate/auth')
  const { command, problems } = await inspectShim(host, profile)
  return problems.map(({ code, message, fix }) => ({ code: `helper-${code}`, message, file: command, fix }))
}
