import { helperProblem } from '@gate/client-kit'
import type { Connection, Finding, Host } from '@gate/core'
import { CLIENT_ID } from './plan.js'

/**
 * What keeps Codex from the gateway although its configuration is right. Without its helper Codex sends requests without
 * a token and says nothing about it. Reads only.
 */
export async function problems(
  host: Host,
  { connection }: { readonly connection: Connection | undefined },
): Promise<readonly Finding[]> {
  const helper = connection && (await helperProblem(host, connection, { action: 'setup', client: CLIENT_ID }))
  return helper ? [helper] : []
}
