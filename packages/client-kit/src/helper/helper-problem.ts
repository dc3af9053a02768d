import { type Action, type Connection, type Finding, type Host, isProgram } from '@gate/core'

/**
 * Why the helper that a connection names cannot be started, for the `problems` of a client definition.
 *
 * @param fix What writes it anew.
 * @returns `undefined` when it can, or when the connection needs none.
 */
export async function helperProblem(host: Host, connection: Connection, fix: Action): Promise<Finding | undefined> {
  if (connection.auth.kind === 'none') return undefined
  const file = connection.helper.command
  if (await isProgram(host, file)) return undefined
  const exists = await host.fs.stat(file).then(
    () => true,
    () => false,
  )
  const message = `The helper ${file} ${exists ? 'is not executable' : 'is missing'}, so the client gets no token.`
  return { code: 'helper-missing', severity: 'error', message, place: { file }, fix }
}
