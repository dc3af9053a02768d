import { type Answer, gatePaths, type Host } from '@gate/core'
import { isClientId } from '../plugins/plugin-name.js'

/** What a client said, and when. */
export interface GivenAnswer {
  readonly answer: Answer
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** Situations that are remembered per client: a person works in a few directories. */
const MAX_SITUATIONS = 16
/** Milliseconds that a confirmation is good for: what gate cannot see of a client, a keychain, may change meanwhile. */
const CONFIRMED_MS = 24 * 60 * 60 * 1000
/** The same for a contrary answer, so that `--watch` starts no client every two seconds and a repair is seen at once. */
const DENIED_MS = 30 * 1000

interface AnswersFile {
  readonly version: 1
  readonly answers: readonly (GivenAnswer & { readonly situation: string })[]
}

/** The answer that a client gave in this situation, while it is good; undefined for one that must be asked. Never throws. */
export async function recallAnswer(host: Host, id: string, situation: string): Promise<GivenAnswer | undefined> {
  const found = (await read(host, id)).find((each) => each.situation === situation)
  return found && isGood(host, found) ? found : undefined
}

/**
 * Remembers an answer. It goes into gate's cache, where losing it costs one question; so nothing here is an error.
 * An answer that did not come is not remembered.
 */
export async function rememberAnswer(host: Host, id: string, situation: string, given: GivenAnswer): Promise<void> {
  if (given.answer.kind === 'silent' || !isClientId(id)) return
  const others = (await read(host, id)).filter((each) => each.situation !== situation && isGood(host, each))
  const file: AnswersFile = { version: 1, answers: [{ situation, ...given }, ...others].slice(0, MAX_SITUATIONS) }
  const { atomicWrite } = await import('@gate/engine')
  await atomicWrite(host, answersFile(host, id), `${JSON.stringify(file)}\n`).catch(() => {})
}

async function read(host: Host, id: string): Promise<AnswersFile['answers']> {
  if (!isClientId(id)) return []
  try {
    const value = JSON.parse(await host.fs.readFile(host.toNative(answersFile(host, id)), 'utf8')) as AnswersFile
    if (value.version !== 1) return []
    return value.answers.filter(
      (each) => typeof each.situation === 'string' && Number.isFinite(each.at) && isAnswer(each.answer),
    )
  } catch {
    return []
  }
}

/** It was checked before it was written; another version of gate may have written it. */
function isAnswer(answer: Answer): boolean {
  if (typeof answer?.kind !== 'string' || answer.kind === 'silent' || typeof answer.program !== 'string') return false
  return answer.kind === 'confirms' || (answer.kind === 'denies' && Array.isArray(answer.reasons))
}

function isGood(host: Host, { answer, at }: GivenAnswer): boolean {
  const age = host.clock.now() - at
  // One from the future comes from a clock that was set back since: nobody knows how old it is.
  return age >= 0 && age < (answer.kind === 'confirms' ? CONFIRMED_MS : DENIED_MS)
}

function answersFile(host: Host, id: string): string {
  return host.path.join(gatePaths(host).answers, `${id}.json`)
}
