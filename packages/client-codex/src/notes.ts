import { caFileNotes } from '@gate/client-kit'
import { type Connection, type Detection, type Finding, type Host, isTable, type NoteMoment } from '@gate/core'
import { defaultModel } from './default-model.js'
import { codexHome } from './paths.js'

/** What the user must know at a moment. Reads whether a ChatGPT login is saved, nothing in it. */
export async function notes(
  host: Host,
  moment: NoteMoment,
  { connection }: { readonly connection: Connection | undefined; readonly detection: Detection },
): Promise<readonly Finding[]> {
  switch (moment) {
    case 'configure':
      return [
        {
          code: 'new-conversations',
          severity: 'info',
          message:
            'New conversations use the gateway. Open ones keep their provider, and earlier ones are hidden until teardown.',
        },
        DAEMON,
        ...(connection ? connectionNotes(connection) : []),
        ...(await chatGptLogin(host)),
      ]
    case 'revert':
      return [
        {
          code: 'gate-conversations',
          severity: 'info',
          message: 'Conversations that were started through the gateway cannot be resumed until it is set up again.',
        },
        DAEMON,
      ]
    case 'status':
      return connection ? caNotes(connection) : []
  }
}

const DAEMON: Finding = {
  code: 'codex-daemon',
  severity: 'info',
  message: 'A running Codex daemon keeps open conversations as they are; codex app-server daemon stop ends it.',
}

function connectionNotes(connection: Connection): readonly Finding[] {
  const found: Finding[] = [...caNotes(connection)]
  if (defaultModel(connection) === undefined) {
    const message = 'No model of the connection is for Codex, so it asks the gateway for the one it is set to.'
    found.push({ code: 'model-not-set', severity: 'info', message })
  }
  return found
}

/** `config.toml` has no key for a CA file (0.169.0). */
function caNotes(connection: Connection): readonly Finding[] {
  return caFileNotes(connection, 'Codex', 'CODEX_CA_CERTIFICATE')
}

async function chatGptLogin(host: Host): Promise<readonly Finding[]> {
  const read = await host.engine.readDocument(host.path.join(codexHome(host), 'auth.json'), 'json')
  if (read.state !== 'parsed' || !isTable(read.value.tokens)) return []
  const message =
    'Model requests go to the gateway. Your ChatGPT login stays, and Codex still talks to chatgpt.com about apps with it.'
  return [{ code: 'chatgpt-login', severity: 'info', message }]
}
