import { askProgram } from '@gate/client-kit'
import { type Answer, type Host, type QuestionContext, withPrivateDirectory } from '@gate/core'
import { copyForQuestion } from './ask-copy.js'
import { judgeConfig, refusedConfig, silent } from './config-answer.js'

/** Merges the whole configuration and prints it, with secrets blanked, and without running plugin files (1.18.33). */
const SHOW = ['debug', 'config', '--pure']
/** What keeps it from the network. */
const QUIET = { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1', NO_COLOR: '1' }

/**
 * Asks OpenCode for the configuration that it would use here. It gets a copy of every document and of the working
 * directory's place among them, so that it runs nothing of the repository and leaves nothing in it. What plugin files
 * make of the configuration is not part of the answer; that gate's own would be loaded is.
 */
export async function ask(host: Host, { connection, detection, signal }: QuestionContext): Promise<Answer> {
  const { location, version } = detection
  if (location === undefined) return silent('its program was not found')
  const said = { program: 'opencode', ...(version === undefined ? {} : { version }) }
  return withPrivateDirectory(host, async (directory) => {
    const copy = await copyForQuestion(host, directory)
    if (copy.unreadable !== undefined)
      return silent(`its configuration refers to ${copy.unreadable}, which is no ordinary file`)
    const shown = await askProgram(host, {
      program: location,
      args: SHOW,
      cwd: copy.work,
      env: { ...copy.env, ...QUIET },
      ...(signal === undefined ? {} : { signal }),
    })
    if (shown.timedOut) return silent('it gave no answer in time')
    if (shown.code !== 0) return refusedConfig(host, said, shown.stderr + shown.stdout, copy)
    return judgeConfig(host, said, shown.stdout, connection)
  })
}
