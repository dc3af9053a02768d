import type { ClientStatus, Finding } from '@gate/core'
import type { GivenAnswer } from './remembered-answers.js'

/** The client's own word that it uses what gate wrote. */
export interface Confirmation {
  /** The program that was asked, e.g. `claude`. */
  readonly program: string
  /** Undefined when neither it nor its installation tells. */
  readonly version: string | undefined
  /** Milliseconds since the epoch; a remembered answer has the time at which it was given. */
  readonly at: number
}

/** The status of a client: what follows from its files, and what the client itself said about them. */
export interface AnsweredStatus extends ClientStatus {
  /** Null: it did not say so. */
  readonly confirmedBy: Confirmation | null
}

/** A client that nobody asked. */
export function unasked(status: ClientStatus): AnsweredStatus {
  return { ...status, confirmedBy: null }
}

/**
 * A status with the client's answer. What follows from files explains, the client decides: a contrary answer is never
 * green, and without any answer green is "not confirmed". Pure.
 *
 * @param given Undefined for a client that cannot be asked.
 */
export function withAnswer(status: ClientStatus, given: GivenAnswer | undefined): AnsweredStatus {
  if (given === undefined) return notConfirmed(status, `${status.displayName} has no way to be asked.`)
  const { answer, at } = given
  switch (answer.kind) {
    case 'confirms': {
      const { program, version = status.version } = answer
      return { ...status, confirmedBy: { program, version, at } }
    }
    case 'denies': {
      const state = answer.about === 'file' ? 'drifted' : 'overridden'
      return { ...unasked(status), state, reasons: withoutRepeats([...status.reasons, ...answer.reasons]) }
    }
    case 'silent':
      return notConfirmed(status, answer.reason.message)
  }
}

/** One fact is told once: reasons with the same words at the same place, and a second word on a helper. Pure. */
export function withoutRepeats(reasons: readonly Finding[]): Finding[] {
  const key = ({ code, message, place }: Finding) =>
    code.startsWith('helper-')
      ? JSON.stringify(['helper', place?.file])
      : JSON.stringify([code, message, place?.file, place?.line])
  return [...new Map(reasons.toReversed().map((reason) => [key(reason), reason])).values()].reverse()
}

function notConfirmed(status: ClientStatus, why: string): AnsweredStatus {
  const note: Finding = { code: 'not-confirmed', severity: 'info', message: `Not confirmed: ${why}` }
  return { ...unasked(status), notes: [...status.notes, note] }
}
