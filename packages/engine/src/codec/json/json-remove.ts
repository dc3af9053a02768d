import type { TextSplice } from '../codec.js'
import {
  afterLineBreak,
  beforeLineBreak,
  isAtLineEnd,
  isAtLineStart,
  skipBlanks,
  skipBlanksBack,
} from '../text-layout.js'
import { endOf, gapTokens, type JsonDocument } from './json-document.js'
import type { Slot } from './json-walk.js'

interface Cut {
  readonly from: number
  readonly to: number
}

/**
 * Removes a member with the comma that separates it, and its line when nothing else is on it. Comments stay, whoever
 * wrote them, because what they are about cannot be known (jsonc-parser's own removal takes them along).
 * @param leavesBracket Of an only member: the closing bracket stays on its line. Otherwise nothing stays in between.
 */
export function removeMember(document: JsonDocument, slot: Slot, leavesBracket = false): TextSplice[] {
  const { text } = document
  const { container, member } = slot
  const members = container.children ?? []
  const index = members.indexOf(member)
  const inner = { from: container.offset + 1, to: endOf(container) - 1 }
  const [previous, next] = [members[index - 1], members[index + 1]]
  const own: Cut = { from: member.offset, to: endOf(member) }

  const behind = gapTokens(text, own.to, next?.offset ?? inner.to).find((token) => token.kind === 'comma')
  if (behind !== undefined) {
    const cuts = joined(text, own, { from: behind.start, to: behind.end })
    const [first, ...others] = cuts
    const isOnly = members.length === 1
    if (
      isOnly &&
      blankBetween(text, inner.from, own.from) &&
      cuts.length === 1 &&
      blankBetween(text, behind.end, inner.to)
    )
      return splices(text, [leavesBracket ? { from: inner.from, to: behind.end } : inner])
    // The blanks behind a trailing comma are those in front of the bracket.
    const side = next === undefined && previous !== undefined ? 'left' : 'right'
    return splices(text, [tidy(text, first ?? own, side), ...others])
  }
  if (previous !== undefined) {
    const comma = gapTokens(text, endOf(previous), own.from).find((token) => token.kind === 'comma')
    const cuts = comma === undefined ? [own] : joined(text, { from: comma.start, to: comma.end }, own)
    const last = cuts.at(-1) ?? own
    return splices(text, [...cuts.slice(0, -1), tidy(text, last, 'left')])
  }
  if (blankBetween(text, inner.from, own.from) && blankBetween(text, own.to, inner.to)) {
    return splices(text, [leavesBracket ? { from: inner.from, to: own.to } : inner])
  }
  return splices(text, [tidy(text, own, 'left')])
}

function blankBetween(text: string, from: number, to: number): boolean {
  return /^\s*$/.test(text.slice(from, to))
}

/** One cut when only white space is between two, else both. */
function joined(text: string, first: Cut, second: Cut): Cut[] {
  return blankBetween(text, first.to, second.from) ? [{ from: first.from, to: second.to }] : [first, second]
}

/** Widens a cut to whole lines, or by the blanks on one side when something else stays on the line. */
function tidy(text: string, cut: Cut, side: 'left' | 'right'): Cut {
  const left = skipBlanksBack(text, cut.from)
  const right = skipBlanks(text, cut.to)
  const [startsLine, endsLine] = [isAtLineStart(text, left), isAtLineEnd(text, right)]
  if (startsLine && endsLine) {
    const behind = afterLineBreak(text, right)
    return behind > right ? { from: left, to: behind } : { from: beforeLineBreak(text, left), to: right }
  }
  if (endsLine) return { from: left, to: right }
  if (startsLine) return { from: cut.from, to: right }
  return side === 'left' ? { from: left, to: cut.to } : { from: cut.from, to: right }
}

function splices(text: string, cuts: readonly Cut[]): TextSplice[] {
  return cuts.map(({ from, to }) => ({ offset: from, remove: text.slice(from, to), insert: '' }))
}
