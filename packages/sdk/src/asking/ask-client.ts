import { type Answer, type Connection, findingOf } from '@gate/core'
import { LOOK_LIMIT_MS } from '../plugins/plugin-set.js'
import type { Session } from '../session.js'
import { type GivenAnswer, recallAnswer, rememberAnswer } from './remembered-answers.js'
import { type SituationMark, situationMark } from './situation-digest.js'

/** Milliseconds for one question, with what a plugin does before and after; the client itself has three seconds. */
const ASK_LIMIT_MS = 5_000

export interface AskOptions {
  /** Ask even where an answer is remembered. Default false. */
  readonly anew?: boolean
}

/**
 * What the client itself says about this situation, remembered or asked for now.
 *
 * @returns Undefined for a client whose plugin cannot ask it. Never throws: a question that fails is a `silent` answer.
 */
export async function askClient(
  session: Session,
  id: string,
  connection: Connection | undefined,
  { anew = false }: AskOptions = {},
): Promise<GivenAnswer | undefined> {
  const { host, plugins, signal } = session
  try {
    const plugin = await plugins.load(id)
    if (plugin.ask === undefined) return undefined
    const { mark, version } = await situationOf(session, id, connection)
    const known = mark === undefined || anew ? undefined : await recallAnswer(host, id, mark)
    if (known) return known
    // Before the client is asked, because it may change its files.
    const digest = await mark?.digest()
    session.progress({ step: 'ask-client', client: plugin.displayName })
    const { ask } = plugin
    const answer = await plugins.call(id, 'ask', ASK_LIMIT_MS, () => ask(host, connection, { signal }))
    const given: GivenAnswer = { answer: withVersion(answer, version), at: host.clock.now() }
    if (mark && digest !== undefined) await rememberAnswer(host, id, { situation: digest, stamp: mark.stamp }, given)
    return given
  } catch (error) {
    return { answer: { kind: 'silent', reason: findingOf(error) }, at: host.clock.now() }
  }
}

/** No mark where the plugin does not say what the answer depends on: then it cannot be remembered. */
async function situationOf(
  { host, plugins }: Session,
  id: string,
  connection: Connection | undefined,
): Promise<{ readonly mark?: SituationMark; readonly version?: string | undefined }> {
  const { situation } = await plugins.load(id)
  if (situation === undefined) return {}
  const seen = await plugins.call(id, 'situation', LOOK_LIMIT_MS, () => situation(host, connection))
  const mark = await situationMark(host, { id, version: plugins.package(id)?.version }, connection, seen)
  return { mark, version: seen.detection.version }
}

/** A client that does not say its version has the one that was detected. */
function withVersion(answer: Answer, version: string | undefined): Answer {
  if (answer.kind === 'silent' || version === undefined) return answer
  return { version, ...answer }
}
