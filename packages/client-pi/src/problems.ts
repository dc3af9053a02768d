import { type Connection, type Host, helperProblem, type Reason } from '@gate/core'
import { modelsFileProblem } from './models-file.js'
import { modelsFile } from './paths.js'
import { CLIENT_ID } from './plan.js'

/** What keeps pi from the gateway although gate's keys are where they belong. Reads only. */
export async function problems(
  host: Host,
  { connection }: { readonly connection: Connection | undefined },
): Promise<readonly Reason[]> {
  const helper = connection && (await helperProblem(host, connection, `gate setup --client ${CLIENT_ID}`))
  const why = await modelsFileProblem(host)
  return [
    ...(helper ? [helper] : []),
    ...(why === undefined
      ? []
      : [
          {
            code: 'models-file-dropped',
            message: `pi drops this file and every provider in it, because ${why}.`,
            file: modelsFile(host),
            fix: 'Correct the file; pi --list-models tells what pi makes of it.',
          },
        ]),
  ]
}
