import type { DotenvEdit, Edit, EditValue, JsonEdit, TomlEdit } from '@gate/core'
import type { CorpusKind } from './corpus.js'

export const FILE = '/home/u/config'

export function json(path: JsonEdit['path'], value: EditValue, dialect: JsonEdit['dialect'] = 'strict'): JsonEdit {
  return { kind: 'json', file: FILE, dialect, path, value }
}

export function toml(path: TomlEdit['path'], value: EditValue): TomlEdit {
  return { kind: 'toml', file: FILE, path, value }
}

export function variable(name: string, value: string): DotenvEdit {
  return { kind: 'dotenv', file: FILE, name, value }
}

const GATE_PROVIDER = {
  name: 'gate "quoted"',
  base_url: 'https://gw.example/openai/v1',
  wire_api: 'responses',
  auth: { command: '/home/u/.local/state/gate/bin/gate-token', args: ['--client', 'codex'], timeout_ms: 15000 },
}

/** What clients' plugins write, and shapes beyond that. */
export function plansFor(kind: CorpusKind): Readonly<Record<string, readonly Edit[]>> {
  switch (kind) {
    case 'json':
    case 'jsonc': {
      const dialect = kind === 'json' ? 'strict' : 'jsonc'
      return {
        'claude code': [
          json(['apiKeyHelper'], "'/home/u/it'\\''s/gate-token' --client claude-code", dialect),
          json(['env', 'ANTHROPIC_BASE_URL'], 'https://gw.example/anthropic', dialect),
          json(['env', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC'], '1', dialect),
        ],
        'array items': [
          json(['appliedId'], 'gate', dialect),
          json(['entries', { where: 'id', equals: 'gate' }, 'name'], 'Gate', dialect),
          json(['list', { where: 'name', equals: 'g' }], { name: 'g', models: ['a', 'b'], deep: { x: null } }, dialect),
        ],
        'values of every type': [
          json(['new', 'deep', 'er'], { a: [1, 2.5, { b: [] }], c: {}, 'd"e': true, f: null }, dialect),
          json(['model'], 'gate-model', dialect),
          json(['a'], [{ nested: 'x' }, []], dialect),
        ],
      }
    }
    case 'toml':
      return {
        codex: [toml(['model_provider'], 'gate'), toml(['model_providers', 'gate'], GATE_PROVIDER)],
        'single keys': [
          toml(['features', 'gate_web'], true),
          toml(['tui', 'theme'], 'dark\n"x"\u007F'),
          toml(['a', 'b', 'gate'], [1, 2.5, ['x'], { y: 1 }]),
          toml(['model'], 'gate-model'),
        ],
        'tables of tables': [toml(['gate'], { sub: { leaf: {} }, 'quoted key': { 'a.b': -1 } }), toml(['t', 'k'], {})],
      }
    case 'dotenv':
      return {
        gemini: [variable('GEMINI_API_KEY', 'gate-proxy'), variable('GOOGLE_GEMINI_BASE_URL', 'http://127.0.0.1:8484')],
        quoting: [variable('A', 'two words # and $HOME'), variable('EMPTY', ''), variable('LAST', "it's\nso")],
      }
  }
}
