import { helperProblem, isFile } from '@gate/client-kit'
import type { Connection, Finding, Host } from '@gate/core'
import { CLIENT_ID } from './plan.js'

/** What keeps Claude Code from the gateway although its settings are right. Reads only. */
export async function problems(
  host: Host,
  { connection }: { readonly connection: Connection | undefined },
): Promise<readonly Finding[]> {
  if (!connection) return []
  const helper = await helperProblem(host, connection, { action: 'setup', client: CLIENT_ID })
  return [...(helper ? [helper] : []), ...(await caFileProblem(host, connection))]
}

/** Claude Code says nothing about a CA file that is missing; its requests just fail. */
async function caFileProblem(host: Host, { caFile }: Connection): Promise<readonly Finding[]> {
  if (caFile === undefined) return []
  if (await isFile(host, caFile)) return []
  const message = `The CA file ${caFile} is missing, so the gateway's certificate cannot be checked.`
  return [
    {
      code: 'ca-file-missing',
      severity: 'error',
      message,
      place: { file: caFile },
      fix: { action: 'set-setting', key: 'caFile' },
    },
  ]
}
