import fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { parseTOML } from 'toml-eslint-parser'

/** Makes a choice among `options`, again and again the same ones for the same seed, and shrinking with it. */
type Choose = <T>(...options: readonly [T, ...T[]]) => T

/** A text that `write` makes out of a structure and random choices about its layout. */
function laidOut<T>(structure: fc.Arbitrary<T>, write: (value: T, choose: Choose) => string): fc.Arbitrary<string> {
  const seed = fc.array(fc.nat(997), { minLength: 8, maxLength: 60 })
  return fc.tuple(structure, seed).map(([value, numbers]) => {
    let used = 0
    return write(value, (...options) => {
      const number = (numbers[used % numbers.length] ?? 0) + Math.floor(used / numbers.length)
      used += 1
      return options[number % options.length] ?? options[0]
    })
  })
}

const BOM = '\uFEFF'

// ---------------------------------------------------------------- JSON

type Tree = { readonly scalar: string } | { readonly items: Tree[] } | { readonly members: [string, Tree][] }

/** Keys that the plans of the tests write to or through are frequent, so that foreign values are met there. */
const JSON_KEYS = [
  'env',
  'apiKeyHelper',
  'ANTHROPIC_BASE_URL',
  'entries',
  'id',
  'name',
  'list',
  'model',
  'a',
  'new',
  'deep',
]

/**
 * False for JSON that the tests must not read with JSON.parse: V8 13.6 (Node 24.21) takes `{"a":1,"\\"":2}` for
 * `{"a":1,"\\\\":2}` once it has seen the latter, as it does for every key that begins with a backslash.
 */
export function isSafeForJsonParse(text: string): boolean {
  return !/"\\(?:\\|u005c)(?:\\[\s\S]|[^"\\])*"\s*[:/]/i.test(text)
}

const jsonKey = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...JSON_KEYS) },
  { weight: 1, arbitrary: fc.constantFrom('', '__proto__', 'x y', '//', '"', 'é') },
  { weight: 1, arbitrary: fc.string({ maxLength: 5 }).filter((key) => !key.startsWith('\\')) },
)

const jsonScalar = fc.oneof(
  fc.constantFrom('null', 'true', 'false', '0', '-0.0', '1.10', '1E+2', '12345678901234567890', '"gate"', '"\\u0041"'),
  fc.constantFrom('"// no"', '"/* no */"', '"},{"', '"a,]"', '"\\\\"', '"\\""'),
  fc.string({ maxLength: 8, unit: 'grapheme' }).map((text) => JSON.stringify(text)),
)

const { tree } = fc.letrec<{ tree: Tree; object: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    jsonScalar.map((scalar) => ({ scalar })),
    tie('object'),
    fc.array(tie('tree'), { maxLength: 4 }).map((items) => ({ items })),
  ),
  object: fc
    .uniqueArray(fc.tuple(jsonKey, tie('tree')), { maxLength: 5, selector: ([key]) => key })
    .map((members) => ({ members })),
}))

const jsonRoot = fc
  .uniqueArray(fc.tuple(jsonKey, tree), { maxLength: 6, selector: ([key]) => key })
  .map((members): Tree => ({ members }))

function writeJson(root: Tree, choose: Choose, comments: boolean): string {
  const eol = choose('\n', '\n', '\r\n')
  const indent = choose('  ', '    ', '\t', '   ')
  const layout = choose('lines', 'lines', 'one line', 'wild')
  const space = (depth: number): string => {
    const comment = comments && choose(0, 0, 0, 0, 1) === 1
    const line = `${eol}${indent.repeat(depth)}`
    const plain =
      layout === 'lines' ? line : layout === 'one line' ? choose('', ' ') : choose('', ' ', line, `${eol}${line}`, '\t')
    if (!comment) return plain
    const inline = `${plain}/* c${choose(1, 2, 3)} , } */ `
    return layout === 'one line'
      ? inline
      : choose(`${plain}// note "${choose('a', 'b')}, }${line}`, ` // tail${line}`, inline)
  }
  const between = (): string => (layout === 'wild' ? choose('', ' ', '', `${eol}`) : '')
  const list = (open: string, close: string, members: readonly string[], depth: number): string => {
    if (members.length === 0) return open + (layout === 'wild' || comments ? choose('', ' ', space(depth)) : '') + close
    const trailing = comments && choose(0, 0, 1) === 1 ? `${between()},` : ''
    const body = members.map((member) => space(depth + 1) + member).join(`${between()},`)
    return `${open}${body}${trailing}${space(depth)}${close}`
  }
  const write = (node: Tree, depth: number): string => {
    if ('scalar' in node) return node.scalar
    if ('items' in node)
      return list(
        '[',
        ']',
        node.items.map((item) => write(item, depth + 1)),
        depth,
      )
    const colon = choose(': ', ':', ' : ')
    const members = node.members.map(([key, value]) => JSON.stringify(key) + colon + write(value, depth + 1))
    return list('{', '}', members, depth)
  }
  const head = comments ? choose('', '', `// head${eol}`, '/* head */ ') : choose('', '', eol)
  const tail = comments ? choose(eol, '', `${eol}// tail${eol}`, ' // end') : choose(eol, '', ` ${eol}${eol}`)
  return choose('', '', '', BOM) + head + write(root, 0) + tail
}

/** Any strict JSON object in any layout. */
export const jsonText = laidOut(jsonRoot, (root, choose) => writeJson(root, choose, false))

/** Any JSON object with comments and trailing commas. */
export const jsoncText = laidOut(jsonRoot, (root, choose) => writeJson(root, choose, true))

// ---------------------------------------------------------------- TOML

type Statement = {
  readonly type: 'pair' | 'header' | 'array' | 'comment' | 'blank'
  readonly path: string[]
  readonly value: string
}

const TOML_KEYS = [
  'model_provider',
  'model_providers',
  'gate',
  'features',
  'gate_web',
  'tui',
  'a',
  'b',
  't',
  'k',
  'sub',
]

const tomlKey = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TOML_KEYS) },
  { weight: 1, arbitrary: fc.constantFrom('x y', '__proto__', '', 'é', 'a.b', '"q"', '1979-05-27') },
)

const tomlScalar = fc.constantFrom(
  ...[
    '1',
    '1.0',
    '0xFF',
    '1_000',
    '-inf',
    'true',
    '9223372036854775807',
    '1979-05-27T07:32:00Z',
    '1979-05-27',
    '07:32:00',
  ],
  ...['"gate"', "'lit # \\'", '"# no"', '"[x]"', '""', '"""\n[not.a.table]\nk = 1 # no\n"""', "'''\r\nraw'''"],
  ...[
    '[]',
    '[1, 2]',
    '[ "a", # c\n  "b",\n]',
    '{}',
    '{ a = 1 }',
    '{ gate = { name = "x" }, b.c = 2 }',
    '[{ k = 1 }, {}]',
  ],
)

const statement: fc.Arbitrary<Statement> = fc.record({
  type: fc.constantFrom('pair', 'pair', 'pair', 'header', 'header', 'array', 'comment', 'blank'),
  path: fc.array(tomlKey, { minLength: 1, maxLength: 3 }),
  value: tomlScalar,
})

function writeTomlKey(path: readonly string[], choose: Choose): string {
  const parts = path.map((key) => {
    if (/^[A-Za-z0-9_-]+$/.test(key) && choose(1, 1, 1, 0) === 1) return key
    return key.includes("'") || choose(0, 1) === 0 ? JSON.stringify(key) : `'${key}'`
  })
  return parts.join(choose('.', '.', '.', ' . '))
}

function writeToml(statements: readonly Statement[], choose: Choose): string {
  const eol = choose('\n', '\n', '\r\n')
  const indent = choose('', '', '', '  ', '\t')
  const tail = () => choose('', '', '', ' # note', '  # "x" = [1]')
  let text = ''
  for (const { type, path, value } of statements) {
    const key = writeTomlKey(path, choose)
    const lines = {
      pair: `${indent}${key}${choose(' = ', '=', '  =  ')}${value.replaceAll(/\r?\n/g, eol)}${tail()}${eol}`,
      header: `${choose('', indent)}[${key}]${tail()}${eol}`,
      array: `[[${choose('', ' ')}${key}]]${tail()}${eol}`,
      comment: `${indent}# ${value.split('\n', 1)[0]}${eol}`,
      blank: choose(eol, `  ${eol}`),
    }
    const candidate = text + lines[type]
    if (isToml(candidate)) text = candidate
  }
  if (choose(0, 0, 0, 1) === 1) text = text.replace(/(\r?\n)+$/, '')
  return choose('', '', '', BOM) + text
}

function isToml(text: string): boolean {
  try {
    parseToml(text, { integersAsBigInt: 'asNeeded' })
    parseTOML(text, { tomlVersion: '1.0' })
    return true
  } catch {
    return false
  }
}

/** Any TOML 1.0 document: statements that make the text unparsable are left out. */
export const tomlText = laidOut(fc.array(statement, { maxLength: 14 }), writeToml)

// ---------------------------------------------------------------- dotenv

const dotenvLine = fc.tuple(
  fc.constantFrom('A', 'GEMINI_API_KEY', 'GOOGLE_GEMINI_BASE_URL', 'EMPTY', 'LAST', 'OTHER', 'x.y'),
  fc.constantFrom(
    '',
    '1',
    'a b',
    '"q"',
    "'it'",
    '"two\nA=1\nlines"',
    "'# no'",
    '`t"i\'ck`',
    'a=b',
    '"a\\nb"',
    'http://x/?y=z',
  ),
  fc.constantFrom('pair', 'pair', 'pair', 'export', 'comment', 'blank', 'malformed'),
)

/** Lines of a dotenv file, some of which set nothing. */
export const dotenvText = laidOut(fc.array(dotenvLine, { maxLength: 8 }), (lines, choose) => {
  const eol = choose('\n', '\n', '\r\n')
  const written = lines.map(([name, value, type]) => {
    const equals = choose('=', '=', ' = ', '= ')
    const pair = name + equals + value.replaceAll('\n', eol) + choose('', '', ' # note', '   ')
    if (type === 'pair') return choose('', '', '  ') + pair
    if (type === 'export') return `export ${pair}`
    if (type === 'comment') return `${choose('', ' ')}# ${name}=${value.split('\n', 1)[0]}`
    return type === 'blank' ? choose('', '  ') : choose('no assignment', '=x', 'export', '1.2')
  })
  return choose('', '', BOM) + written.join(eol) + choose(eol, eol, '')
})
