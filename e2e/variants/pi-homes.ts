import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ThrowawayHome } from '../harness/throwaway-home.ts'

/** A home of a pi user before gate comes. */
export interface PiHome {
  readonly title: string
  /** Files below the home. */
  readonly files?: Readonly<Record<string, string>>
  /** Permission bits of the files. Default 0644. */
  readonly mode?: number
  prepare?(home: ThrowawayHome): Promise<void>
  /** Environment of gate and pi; `{home}` is the home directory. */
  readonly env?: Readonly<Record<string, string>>
  /** pi's directory, relative to the home. Default `.pi/agent`. */
  readonly directory?: string
}

const MODELS = '.pi/agent/models.json'
const SETTINGS = '.pi/agent/settings.json'

const OWN_MODELS = `{
  // at home
  "providers" : {
\t"ollama": { "baseUrl":"http://127.0.0.1:9/v1", "api": "openai-completions", "apiKey": "ollama",
      "models": [ {"id": "qwen2.5-coder:7b"}, ], // small
    },
    "anthropic": { "headers": { "X-Price": "$$5" } }
  },
}`
const OWN_SETTINGS = `{ "lastChangelogVersion": "0.87.1",
\t"theme":"dark",
  "defaultProvider" : "ollama", "defaultModel":"qwen2.5-coder:7b",
  "retry": {"enabled":true,
            "note":"caf\\u00e9 – ✓"}

}`

const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const BOM = '\uFEFF'

async function intoDotfiles(home: ThrowawayHome, path: string, content: string): Promise<void> {
  await home.write(`home/dotfiles/${path}`, content, 0o664)
  await symlink(`../../dotfiles/${path}`, join(home.home, '.pi/agent', path))
}

/** Homes that setup and teardown must give back exactly, with pi answering in between. */
export const piHomes: readonly PiHome[] = [
  { title: 'no files' },
  { title: 'empty files', files: { [MODELS]: '', [SETTINGS]: '' } },
  { title: 'blank files', files: { [MODELS]: '\n', [SETTINGS]: ' \n\n' } },
  { title: 'empty objects', files: { [MODELS]: '{}', [SETTINGS]: '{ }' } },
  {
    title: 'formatted by hand, with a choice and providers of the user',
    files: { [MODELS]: OWN_MODELS, [SETTINGS]: OWN_SETTINGS },
  },
  { title: 'CRLF', files: { [MODELS]: crlf(OWN_MODELS), [SETTINGS]: crlf(OWN_SETTINGS) } },
  { title: 'a byte-order mark', files: { [MODELS]: BOM + OWN_MODELS, [SETTINGS]: BOM + OWN_SETTINGS } },
  { title: 'private files', files: { [MODELS]: OWN_MODELS, [SETTINGS]: OWN_SETTINGS }, mode: 0o600 },
  {
    title: 'linked into a repository of dotfiles',
    async prepare(home) {
      await intoDotfiles(home, 'models.json', OWN_MODELS)
      await intoDotfiles(home, 'settings.json', OWN_SETTINGS)
    },
  },
  {
    title: 'the whole directory linked into a repository of dotfiles',
    async prepare(home) {
      await home.write('home/dotfiles/pi/settings.json', OWN_SETTINGS)
      await rm(join(home.home, '.pi/agent'), { recursive: true })
      await symlink('../dotfiles/pi', join(home.home, '.pi/agent'))
    },
    directory: 'dotfiles/pi',
  },
  {
    title: 'PI_CODING_AGENT_DIR',
    env: { PI_CODING_AGENT_DIR: '{home}/work/pi dir' },
    files: { 'work/pi dir/settings.json': OWN_SETTINGS, [SETTINGS]: '{"theme":"untouched"}' },
    directory: 'work/pi dir',
  },
  {
    title: 'PI_CODING_AGENT_DIR with a tilde',
    env: { PI_CODING_AGENT_DIR: '~/work' },
    async prepare(home) {
      await mkdir(join(home.home, 'work'))
    },
    directory: 'work',
  },
  {
    title: 'a gate directory with a quote, a space and a dollar in its name',
    env: { GATE_HOME: "{home}/it's $HOME" },
    files: { [SETTINGS]: OWN_SETTINGS },
  },
]
