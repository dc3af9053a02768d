import { CLAUDE_CODE, DESKTOP, OPENCODE, PI_MODELS, PI_SETTINGS } from './json-pieces.ts'
import { type Random, randomOf } from './random.ts'
import { ROOT, TABLES } from './toml-pieces.ts'
import { type Hand, writeJson } from './write-json.ts'

/** The home of somebody who uses one client. */
export interface Configuration {
  readonly name: string
  /** Text by path below the home. */
  readonly files: Readonly<Record<string, string>>
}

/** How strictly a client reads JSON. */
type Dialect = 'strict' | 'line-comments' | 'jsonc'

/** What no generator would think of. */
const ODD_JSON: readonly string[] = [
  '',
  '\n',
  '\uFEFF',
  '{}',
  '{ }',
  '{\n}',
  '{\n}\n\n',
  '\r\n{\r\n\r\n}\r\n',
  '\t{\t}\t',
  '{\n  "theme": "dark"  \n}',
  '{"theme":"dark"\n,"zz":1}',
  '{\n"theme"\n:\n"dark"\n}\n',
  '{ "zz": "\\u007b \\" } ] // no comment" }',
  '\uFEFF{"zz":{"apiKeyHelper":"x","env":{"a":"b"},"model":"c"}}',
]
const ODD_JSONC: readonly string[] = [
  '{ /* c */ }',
  '// only a comment\n{}',
  '{\n  // nothing\n}\n',
  '{\n  "a": 1,}',
  '{ "a": 1, /* b */ } // c',
  '/* a */ { /* b */ "a" /* c */ : /* d */ 1 /* e */ , /* f */ } /* g */\n',
  '{\n  "a": [1, 2,], // x\n  // y\n}\n',
]
const ODD_TOML: readonly string[] = [
  '',
  '\n\n',
  '# only a comment',
  '\uFEFF# bom\r\nmodel = "x"\r\n',
  'model_providers = { mine = { name = "m", base_url = "https://m.example.com" } }\n',
  'model_providers.mine.name = "m"\nmodel_providers.mine.base_url = "https://m.example.com"',
  '[model_providers]\n\n\n',
  '[model_providers]\nmine = { name = "m" }\n[tui]\n',
  '[tui]\ntheme = "x"\n\n\n\n# the end',
  'model = "a" # \u00e9\n\n\n[a]\n[a.b]\n[a.b.c]\nx = 1',
  '[[a]]\n[[a]]\n[a.b]\nc = 1\n',
]

function hand(random: Random, dialect: Dialect): Hand {
  const comments = dialect !== 'strict' && random.chance(0.7)
  return {
    random,
    eol: random.pick(['\n', '\n', '\n', '\r\n']),
    indent: random.pick(['  ', '  ', '    ', '\t', ' ', '   ']),
    comments,
    blocks: dialect === 'jsonc',
    trailingCommas: dialect !== 'strict' && random.chance(0.5),
    style: comments ? 'lines' : random.pick(['lines', 'lines', 'lines', 'one-line', 'minified'] as const),
  }
}

function json(seed: number, pieces: readonly (readonly [string, ...unknown[]])[], dialect: Dialect): string {
  const random = randomOf(seed)
  const chosen = random.some(random.chance(0.5) ? random.shuffled(pieces) : pieces, random.pick([0.15, 0.4, 0.8]))
  const value = Object.fromEntries(chosen.map(([key, ...values]) => [key, random.pick(values)]))
  const look = hand(random, dialect)
  const head = random.chance(0.08) ? '\uFEFF' : ''
  const tail = random.pick([look.eol, look.eol, look.eol, '', look.eol.repeat(2), ` ${look.eol}`])
  return head + writeJson(value, look) + tail
}

function toml(seed: number): string {
  const random = randomOf(seed)
  const isTaken = new Set<string>()
  const fresh = (piece: string) => {
    const name = /^\s*["']?([\w.]+)/.exec(piece)?.[1]?.split('.')[0] ?? /^\[+ ?([\w.]+)/.exec(piece)?.[1] ?? piece
    if (piece.startsWith('#') || piece === '' || !isTaken.has(name)) return Boolean(isTaken.add(name))
    return false
  }
  const density = random.pick([0.1, 0.3, 0.6])
  const root = random.some(random.shuffled(ROOT), density).filter(fresh)
  const names = new Set(['shell_environment_policy', 'history', 'tools'].filter((name) => isTaken.has(name)))
  const tables = random.some(random.shuffled(TABLES), density).filter((piece) => {
    const name = /^\[+ ?([\w]+)/.exec(piece)?.[1] ?? piece
    const isAlone = ['tui', 'history', 'projects', 'features'].includes(name)
    return !names.has(name) && (!isAlone || fresh(`[${name}`))
  })
  const between = random.pick(['\n', '\n\n', '\n\n', '\n\n\n'])
  const text =
    [...root, ...(root.length > 0 && tables.length > 0 ? [''] : [])].join('\n') +
    (root.length > 0 ? '\n' : '') +
    tables.join(between)
  const eol = random.pick(['\n', '\n', '\n', '\r\n'])
  const tail = random.pick(['\n', '\n', '', '\n\n', '\n# vim: ft=toml\n'])
  return (random.chance(0.06) ? '\uFEFF' : '') + (text + tail).replaceAll('\n', eol)
}

function many(count: number, make: (index: number) => Readonly<Record<string, string>>): Configuration[] {
  return Array.from({ length: count }, (_, index) => ({ name: `#${index}`, files: make(index) }))
}

const odd = (path: string, texts: readonly string[]): Configuration[] =>
  texts.map((text) => ({ name: JSON.stringify(text).slice(0, 60), files: { [path]: text } }))

/** Homes by client id. */
export const CONFIGURATIONS: Readonly<Record<string, readonly Configuration[]>> = {
  'claude-code': [
    ...odd('.claude/settings.json', ODD_JSON),
    ...many(44, (index) => ({ '.claude/settings.json': json(index + 1000, CLAUDE_CODE, 'strict') })),
  ],
  codex: [
    ...odd('.codex/config.toml', ODD_TOML),
    ...many(50, (index) => ({ '.codex/config.toml': toml(index + 2000) })),
  ],
  opencode: [
    ...odd('.config/opencode/opencode.jsonc', [...ODD_JSON.slice(0, 8), ...ODD_JSONC]),
    ...many(44, (index) => ({ '.config/opencode/opencode.jsonc': json(index + 3000, OPENCODE, 'jsonc') })),
  ],
  pi: many(30, (index) => ({
    '.pi/agent/settings.json': json(index + 4000, PI_SETTINGS, 'strict'),
    '.pi/agent/models.json': json(index + 5000, PI_MODELS, 'line-comments'),
  })),
  'claude-desktop': many(30, (index) => ({
    '.config/Claude/claude_desktop_config.json': json(index + 6000, DESKTOP, 'strict'),
    '.config/Claude-3p/claude_desktop_config.json': json(index + 7000, DESKTOP, 'strict'),
  })),
}
