import { type Answer, advice, type Finding, type Host, isTable, type ProcessResult, type Table } from '@gate/core'
import type { PrivateCopy } from './ask-copy.js'
import { lineOfFault } from './file-fault.js'
import { modelsFileFault } from './models-file.js'
import { modelsFile, settingsFile } from './paths.js'
import { PROVIDER } from './plan.js'
import { settingsFault } from './settings-values.js'

type Said = { readonly program: string; readonly version?: string }
/** What gate made pi use. */
type Wanted = { readonly provider: Readonly<Record<string, unknown>>; readonly model: string }

export function silent(why: string): Answer {
  return { kind: 'silent', reason: { code: 'not-asked', severity: 'error', message: `pi could not be asked: ${why}.` } }
}

/** The model that a session starts with, out of what pi prints in its RPC mode. Pure. */
export function readState(stdout: string): Table | undefined {
  for (const line of stdout.split('\n')) {
    try {
      const { command, data } = JSON.parse(line) as { command?: unknown; data?: { model?: unknown } }
      if (command === 'get_state') return isTable(data?.model) ? data.model : {}
    } catch {
      // Other lines are no records.
    }
  }
  return undefined
}

/** Whether that model is ours, at the address that gate wrote. Pure. */
export function judgeState(said: Said, model: Table, wanted: Wanted | undefined): Answer {
  const { id, provider, baseUrl } = model
  const ours = wanted?.provider.models
  const entry = Array.isArray(ours) ? ours.find((one) => isTable(one) && one.id === id) : undefined
  if (provider === PROVIDER && (wanted === undefined || (isTable(entry) && entry.baseUrl === baseUrl))) {
    return { kind: 'confirms', ...said }
  }
  const name = provider === 'unknown' ? 'no model' : `the model ${String(id)} of ${String(provider)}`
  const message = `pi would start here with ${name}, at ${String(baseUrl) || 'no address'}.`
  return {
    kind: 'denies',
    ...said,
    about: 'elsewhere',
    reasons: [{ code: 'client-uses-other', severity: 'error', message }],
  }
}

/** What pi says about a file of the user's that it drops or ends over; nothing when it says nothing of that kind. */
export async function refusedFile(
  host: Host,
  said: Said,
  {
    session,
    list,
    copy,
  }: { readonly session: ProcessResult; readonly list: ProcessResult; readonly copy: PrivateCopy },
): Promise<Answer | undefined> {
  const denied = (reason: Finding): Answer => ({ kind: 'denies', ...said, about: 'file', reasons: [reason] })
  const text = `${list.stdout}\n${list.stderr}`
  const dropped = /^((?:Invalid models\.json schema|Failed to (?:parse|load) models\.json)[\s\S]*?)\n\s*\nFile: /m.exec(
    text,
  )?.[1]
  if (dropped !== undefined) {
    const fault = await modelsFileFault(host)
    return denied({
      code: 'client-refuses-file',
      severity: 'error',
      message: `pi drops this file and every provider in it: ${oneLine(dropped)}.`,
      place: { file: modelsFile(host), ...(fault ? await lineOfFault(host, modelsFile(host), fault) : {}) },
      fix: advice('Correct the file.'),
    })
  }
  const settings = text
    .split('\n')
    .find((line) => line.includes(`Invalid settings file ${host.toNative(copy.settings)}`))
  const crash = session.code === 0 ? undefined : /^(\w*Error: .*)$/m.exec(session.stderr)?.[1]
  if (settings === undefined && crash === undefined) return undefined
  const read = await host.engine.readDocument(settingsFile(host), 'json')
  const fault = read.state === 'parsed' ? settingsFault(read.value) : undefined
  // Without a value that can be named, pi may as well have ended over something else, e.g. over an old Node.
  if (settings === undefined && fault === undefined) return undefined
  const words = crash ?? oneLine(settings?.replace(/^.*?Invalid settings file \S+: /, '') ?? '')
  return denied({
    code: 'client-refuses-file',
    severity: 'error',
    message: `pi does not take this file: ${words}${fault ? `, because ${fault.why}` : ''}.`,
    place: { file: settingsFile(host), ...(fault ? await lineOfFault(host, settingsFile(host), fault) : {}) },
    fix: advice('Correct the file.'),
  })
}

function oneLine(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' ')
    .replace(/\.$/, '')
}
