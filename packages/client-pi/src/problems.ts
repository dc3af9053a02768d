import { helperProblem } from '@gate/client-kit'
import type { Connection, Finding, Host } from '@gate/core'
import { advice } from '@gate/core'
import { lineOfFault } from './file-fault.js'
import { modelsFileFault } from './models-file.js'
import { modelsFile } from './paths.js'
import { CLIENT_ID } from './plan.js'
import { linuxShellOnWindows } from './windows-shell.js'

/** What keeps pi from the gateway although gate's keys are where they belong. Reads only. */
export async function problems(
  host: Host,
  { connection }: { readonly connection: Connection | undefined },
): Promise<readonly Finding[]> {
  const helper = connection && (await helperProblem(host, connection, { action: 'setup', client: CLIENT_ID }))
  const fault = await modelsFileFault(host)
  const shell = connection?.auth.kind === 'none' ? undefined : await linuxShellOnWindows(host)
  return [
    ...(helper ? [helper] : []),
    ...(shell === undefined
      ? []
      : [
          {
            code: 'shell-without-windows-paths',
            severity: 'error' as const,
            message: `pi runs gate's helper with ${shell}, the Bash of Linux, which does not find it.`,
            fix: advice('Install Git for Windows, whose Bash pi prefers.'),
          },
        ]),
    ...(fault === undefined
      ? []
      : [
          {
            code: 'models-file-dropped',
            severity: 'error' as const,
            message: `pi drops this file and every provider in it, because ${fault.why}.`,
            place: { file: modelsFile(host), ...(await lineOfFault(host, modelsFile(host), fault)) },
            fix: advice('Correct the file; pi --list-models tells what pi makes of it.'),
          },
        ]),
  ]
}
