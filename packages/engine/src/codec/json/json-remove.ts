import {
  afterLineBreak,
  beforeLineBreak,
  dominantEol,
  indentAt,
  isAtLineEnd,
  isAtLineStart,
  skipBlanks,
  skipBlanksBack,
} from '../text-layout.js'
import type { TextSplice } from '../types.js'
import { endOf, type GapToken, gapTokens, type JsonDocument } from './json-document.js'
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
  if (next === undefined && previous !== undefined) return splices(text, lastCuts(text, endOf(previous), own, behind))
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
    return splices(text, [tidy(text, first ?? own, 'right'), ...others])
  }
  if (blankBetween(text, inner.from, own.from) && blankBetween(text, own.to, inner.to)) {
    return splices(text, [leavesBracket ? { from: inner.from, to: own.to } : inner])
  }
  return splices(text, [tidy(text, own, 'left')])
}

/**
 * The cuts for the last of several members: from behind what is in front of it, where a member is added, so that the blanks
 * between it and the bracket stay as they were.
 */
function lastCuts(text: string, previousEnd: number, own: Cut, behind: GapToken | undefined): Cut[] {
  const tokens = gapTokens(text, previousEnd, own.from)
  const lastToken = tokens.at(-1)
  const comma = tokens.find((token) => token.kind === 'comma')
  const isTrailing = behind !== undefined && blankBetween(text, own.to, behind.start)
  const end = isTrailing ? behind.end : own.to
  // A comment beside it takes its place on the line.
  const beside = isAtLineStart(text, skipBlanksBack(text, own.from)) && text[skipBlanks(text, end)] === '/'
  const to = beside ? skipBlanks(text, end) : end
  // Behind a line comment nothing may follow but the end of its line.
  const joins = lastToken?.kind === 'line-comment' && !isAtLineEnd(text, skipBlanks(text, to))
  const from = lastToken === undefined || joins || beside ? own.from : lastToken.end
  if (behind !== undefined)
    return isTrailing
      ? [{ from, to }]
      : [
          { from, to },
          { from: behind.start, to: behind.end },
        ]
  if (comma === undefined) return [{ from, to }]
  if (comma === lastToken && !beside) return [{ from: comma.start, to }]
  return [
    { from: comma.start, to: comma.end },
    { from, to },
  ]
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

/** Comments inside what is cut stay, each on a line of its own where it was on one. */
function splices(text: string, cuts: readonly Cut[]): TextSplice[] {
  return cuts.map(({ from, to }) => ({
    offset: from,
    remove: text.slice(from, to),
    insert: commentsIn(text, from, to),
  }))
}

/** The comments between two offsets, with the line ends that keep them apart from what is around. */
export function commentsIn(text: string, from: number, to: number): string {
  const comments = gapTokens(text, from, to).filter(({ kind }) => kind !== 'comma')
  const last = comments.at(-1)
  if (last === undefined) return ''
  const eol = dominantEol(text)
  const lines = comments.map(({ start, end, kind }) => {
    const isOwnLine = isAtLineStart(text, skipBlanksBack(text, start))
    const lead = isOwnLine ? eol + indentAt(text, start) : ' '
    return { text: lead + text.slice(start, end), isLine: kind === 'line-comment' }
  })
  const spelled = lines.map(({ text: line }, index) =>
    lines[index - 1]?.isLine && !/^[\r\n]/.test(line) ? eol + line : line,
  )
  const needsEnd = last.kind === 'line-comment' && !isAtLineEnd(text, skipBlanks(text, to))
  return spelled.join('') + (needsEnd ? eol : '')
}
