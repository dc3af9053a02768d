import { askProgram } from '@gate/client-kit'
import { type Answer, type Host, type ProcessResult, type QuestionContext, withPrivateDirectory } from '@gate/core'
import { copyForQuestion, type PrivateCopy } from './ask-copy.js'
import { readLayers } from './config-layers.js'
import { defaultModel } from './models.js'
import { provider } from './plan.js'
import { judgeState, readState, refusedFile, silent } from './state-answer.js'

/** Leaves out what pi would run or read besides its settings: extensions, skills, templates, themes, context files. */
const BARE = ['--no-extensions', '--no-skills', '--no-prompt-templates', '--no-themes', '--no-context-files']
/** Opens a session that is kept nowhere and tells its model (0.87.1 and 1.6.0). */
const SESSION = ['--mode', 'rpc', '--no-session', ...BARE]
/** Says besides what pi makes of `models.json` (0.87.1 and 1.6.0). */
const LIST = ['--list-models', ...BARE]
const LIMIT_MS = 3_000

/**
 * Asks pi for the model that a session would start with. It gets copies of its two files and of what the project chooses, in
 * a directory of its own, so that it writes nothing into the user's and finds nothing there that it could run: no extension,
 * no package, no command of an `apiKey`. It is offline.
 */
export async function ask(host: Host, { connection, detection, signal }: QuestionContext): Promise<Answer> {
  const { location, version } = detection
  if (location === undefined) return silent('its program was not found')
  const layers = await readLayers(host)
  const said = { program: 'pi', ...(version === undefined ? {} : { version }) }
  const start = host.clock.now()
  return withPrivateDirectory(host, async (directory) => {
    const copy = await copyForQuestion(host, layers, directory)
    const run = (args: readonly string[], stdin?: string): Promise<ProcessResult> =>
      askProgram(host, {
        program: location,
        args: [...args, copy.isTrusted ? '--approve' : '--no-approve'],
        cwd: copy.work,
        env: environment(host, copy),
        timeoutMs: Math.max(1, LIMIT_MS - (host.clock.now() - start)),
        ...(stdin === undefined ? {} : { stdin }),
        ...(signal === undefined ? {} : { signal }),
      })
    const session = await run(SESSION, '{"type":"get_state"}\n')
    if (session.timedOut) return silent('it gave no answer in time')
    const state = readState(session.stdout)
    const wanted = connection && { provider: provider(host, connection), model: defaultModel(connection) }
    const answer = state && judgeState(said, state, wanted)
    if (answer?.kind === 'confirms' && !session.stderr.includes('Invalid settings file')) return answer
    const list = await run(LIST)
    return (await refusedFile(host, said, { session, list, copy })) ?? answer ?? silent('it gave no answer')
  })
}

function environment(host: Host, { home, agent }: PrivateCopy): Readonly<Record<string, string>> {
  const [native, nativeAgent] = [host.toNative(home), host.toNative(agent)]
  return {
    HOME: native,
    USERPROFILE: native,
    PI_CODING_AGENT_DIR: nativeAgent,
    PI_OFFLINE: '1',
    PI_SKIP_VERSION_CHECK: '1',
    PI_TELEMETRY: '0',
    NO_COLOR: '1',
  }
}
