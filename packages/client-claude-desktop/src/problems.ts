import { helperProblem } from '@gate/client-kit'
import type { Action, Connection, Detection, Finding, Host } from '@gate/core'
import { helperAnswerProblem } from './helper-answer.js'
import { managedReasons } from './managed/reasons.js'
import { CLIENT_ID, signsInItself } from './options.js'
import { dataDirectories, modeFile } from './paths.js'

const REPAIR: Action = { action: 'setup', client: CLIENT_ID }
/** Less than `gate status` gives a plugin; a cached token takes milliseconds, a refresh rarely more than a second. */
const HELPER_TIME_LIMIT_MS = 8000

/** What keeps Claude Desktop from the gateway although its configuration is right. Reads, and runs the helper. */
export async function problems(
  host: Host,
  { connection, detection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Finding[]> {
  const helper = connection && (await helperReason(host, connection))
  return [
    ...(await modeReasons(host, detection)),
    ...(await managedReasons(host, connection)),
    ...(helper ? [helper] : []),
  ]
}

/** The user may have chosen claude.ai on the app's sign-in screen; then it does not look at its library. */
async function modeReasons(host: Host, detection: Detection): Promise<readonly Finding[]> {
  const found: Finding[] = []
  for (const directory of dataDirectories(host, detection).modes) {
    const file = modeFile(host, directory)
    const read = await host.engine.readDocument(file, 'json')
    if (read.state !== 'parsed' || read.value.deploymentMode !== '1p') continue
    const line = read.lineOf(['deploymentMode'])
    const message = `Claude Desktop was switched to claude.ai (deploymentMode is "1p" in ${file}).`
    found.push({
      code: 'mode-1p',
      severity: 'error',
      message,
      place: { file, ...(line === undefined ? {} : { line }) },
      fix: REPAIR,
    })
  }
  return found
}

async function helperReason(host: Host, connection: Connection): Promise<Finding | undefined> {
  if (signsInItself(connection)) return undefined
  const missing = await helperProblem(host, connection, REPAIR)
  return (
    missing ?? helperAnswerProblem(host, connection, { env: appEnvironment(host), timeoutMs: HELPER_TIME_LIMIT_MS })
  )
}

/** Programs started from a desktop do not have what a shell sets for gate, and nobody is to be asked for a look. */
function appEnvironment(host: Host): Readonly<Record<string, string | undefined>> {
  const inherited = Object.entries(host.env).filter(([name]) => !name.startsWith('GATE_'))
  return { ...Object.fromEntries(inherited), CLAUDE_HELPER_CONTEXT: 'background' }
}
