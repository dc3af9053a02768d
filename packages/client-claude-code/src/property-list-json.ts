import type { Host } from '@gate/core'

const PROGRAM_TIME_LIMIT_MS = 3000

/**
 * A property list as JSON, as `plutil` of macOS says it; for the clients that read theirs in this way. Undefined where it
 * says nothing, as for values that JSON does not have.
 */
export async function propertyListJson(host: Host, file: string): Promise<string | undefined> {
  const args = ['-convert', 'json', '-o', '-', '--', file]
  const run = host.process.run('/usr/bin/plutil', args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
  const answer = await run.catch(() => undefined)
  return answer?.code === 0 ? answer.stdout : undefined
}
