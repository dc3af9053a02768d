import { type Answer, gatePaths, type Host } from '@gate/core'
import { isClientId } from '../plugins/plugin-name.js'
import type { SituationMark } from './situation-digest.js'

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

interface RememberedAnswer extends GivenAnswer {
  /** The digest of the situation. */
  readonly situation: string
  /** The stamp that the situation had when it was last found. */
  readonly stamp?: string
}

interface AnswersFile {
  readonly version: 1
  readonly answers: readonly RememberedAnswer[]
}

/** The answer that a client gave in this situation, while it is good; undefined for one that must be asked. Never throws. */
export async function recallAnswer(host: Host, id: string, mark: SituationMark): Promise<GivenAnswer | undefined> {
  const all = (await read(host, id)).filter((each) => isGood(host, each))
  const untouched = all.find(({ stamp }) => stamp !== undefined && stamp === mark.stamp)
  if (untouched) return given(untouched)
  if (all.length === 0) return undefined
  const digest = await mark.digest()
  const same = all.find(({ situation }) => situation === digest)
  if (same === undefined) return undefined
  // So that the next one need not read the files.
  if (mark.stamp !== undefined) await write(host, id, [{ ...same, stamp: mark.stamp }, ...without(all, digest)])
  return given(same)
}

/**
 * Remembers an answer. It goes into gate's cache, where losing it costs one question; so nothing here is an error.
 * An answer that did not come is not remembered.
 */
export async function rememberAnswer(
  host: Host,
  id: string,
  { situation, stamp }: { readonly situation: string; readonly stamp: string | undefined },
  given: GivenAnswer,
): Promise<void> {
  if (given.answer.kind === 'silent' || !isClientId(id)) return
  const others = (await read(host, id)).filter((each) => isGood(host, each))
  const answer = { situation, ...(stamp === undefined ? {} : { stamp }), ...given }
  await write(host, id, [answer, ...without(others, situation)])
}

function given({ answer, at }: RememberedAnswer): GivenAnswer {
  return { answer, at }
}

function without(answers: readonly RememberedAnswer[], digest: string): RememberedAnswer[] {
  return answers.filter(({ situation }) => situation !== digest)
}

async function write(host: Host, id: string, answers: readonly RememberedAnswer[]): Promise<void> {
  const file: AnswersFile = { version: 1, answers: answers.slice(0, MAX_SITUATIONS) }
  const { atomicWrite } = await import('@gate/engine')
  await atomicWrite(host, answersFile(host, id), `${JSON.stringify(file)}\n`).catch(() => {})
}

async function read(host: Host, id: string): Promise<AnswersFile['answers']> {
  if (!isClientId(id)) return []
  try {
    const value = JSON.parse(await host.fs.readFile(answersFile(host, id), 'utf8')) as AnswersFile
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
