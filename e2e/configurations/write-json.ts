import type { Random } from './random.ts'

/** How one person's file looks. */
export interface Hand {
  readonly random: Random
  readonly eol: '\n' | '\r\n'
  readonly indent: string
  /** Comments and trailing commas are possible. */
  readonly comments: boolean
  /** Block comments, too. */
  readonly blocks: boolean
  readonly trailingCommas: boolean
  readonly style: 'lines' | 'one-line' | 'minified'
}

const REMARKS = [
  'keep this',
  'TODO ask ops',
  'ünïcode — ok',
  'was: "old": true,',
  '{ not json }',
  'https://example.com/a',
]

/** Writes a value as somebody's hand would, never twice alike. */
export function writeJson(value: unknown, hand: Hand, depth = 0): string {
  const { random, eol, indent, style } = hand
  if (typeof value !== 'object' || value === null) return scalar(value, random)
  const isArray = Array.isArray(value)
  const [open, close] = isArray ? ['[', ']'] : ['{', '}']
  const members = isArray
    ? value.map((item) => writeJson(item, hand, depth + 1))
    : Object.entries(value).map(
        ([key, item]) => `${JSON.stringify(key)}${colon(hand)}${writeJson(item, hand, depth + 1)}`,
      )
  const isShort = depth > 0 && members.join('').length < 40 && random.chance(0.4)
  if (members.length === 0) return open + random.pick(['', '', ' ']) + close
  if (style === 'minified') return open + members.join(',') + close
  if (style === 'one-line' || (isShort && !members.join('').includes('//'))) {
    const padding = random.pick(['', ' '])
    return open + padding + members.join(random.pick([', ', ','])) + padding + close
  }
  const inner = eol + indent.repeat(depth + 1)
  const lines = members.map((member, index) => {
    const isLast = index === members.length - 1
    const comma = isLast ? (hand.trailingCommas && random.chance(0.7) ? ',' : '') : random.chance(0.05) ? ' ,' : ','
    const blank = index > 0 && random.chance(0.1) ? eol : ''
    const before = hand.comments && random.chance(0.15) ? `${inner}${remark(hand)}` : ''
    const behind =
      hand.comments && random.chance(0.12) ? `  // ${random.pick(REMARKS)}` : random.chance(0.06) ? '  ' : ''
    return blank + before + inner + member + comma + behind
  })
  return `${open}${lines.join('')}${eol}${indent.repeat(depth)}${close}`
}

function remark({ random, blocks }: Hand): string {
  return blocks && random.chance(0.4) ? `/* ${random.pick(REMARKS)} */` : `// ${random.pick(REMARKS)}`
}

function colon({ random, style }: Hand): string {
  return style === 'minified' ? ':' : random.chance(0.04) ? ' : ' : ': '
}

function scalar(value: unknown, random: Random): string {
  const text = JSON.stringify(value)
  return typeof value === 'string' && random.chance(0.1) ? text.replace(/[/]/g, String.raw`\/`) : text
}
