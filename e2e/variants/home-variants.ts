import { mkdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientPlaces } from '../harness/client-written.ts'
import { type ThrowawayHome, useOpencode } from '../harness/throwaway-home.ts'

/** A home as a user may have it before gate comes. */
export interface HomeVariant {
  readonly title: string
  /** Files below the home. */
  readonly files?: Readonly<Record<string, string>>
  /** Permission bits of the files. Default 0644. */
  readonly mode?: number
  /** Whatever files alone cannot say. */
  prepare?(home: ThrowawayHome): Promise<void>
  /** Environment of gate and the clients; `{home}` is the home directory. */
  readonly env?: Readonly<Record<string, string>>
  readonly places?: ClientPlaces
  /** Directories that were not there and that the clients need for their own files. */
  readonly madeByClients?: readonly string[]
}

const SETTINGS = '.claude/settings.json'
const CONFIG = '.codex/config.toml'
const OPENCODE = '.config/opencode/opencode.jsonc'

const HAND_FORMATTED_JSON = `{
    "permissions" : { "allow" : [ "Bash(ls:*)","Read(~/notes/**)" ] ,
\t\t"deny": [] },

  "env":   {"EDITOR":"vi",
            "UNICODE":"caf\\u00e9 – ✓"},
  "cleanupPeriodDays": 30,   "model": "sonnet",
  "statusLine": {"type":"command","command":"echo '{}'"}

}`

const HAND_FORMATTED_TOML = `# My Codex settings.  Do not reformat!
model = "gpt-5.2"     # the one I like
  approval_policy   = 'never'

[tools]
  view_image = true

[mcp_servers.docs]   # company docs
command = "/bin/true"
args    = [ "--stdio",
            "-v", ]   # trailing comma on purpose
env = { "TOKEN_FILE" = "/run/x" , LEVEL = "3" }

[shell_environment_policy]
set."QUOTED KEY" = "1"


[profiles.work]
model = "gpt-5.1"
# the end`

// OpenCode reads comments and trailing commas in JSON.
const HAND_FORMATTED_JSONC = `// My OpenCode settings.  Do not reformat!
{
    "$schema" : "https://opencode.ai/config.json",
  "username": "caf\\u00e9 – ✓",   // the one I like
\t"share" : "disabled" ,
  /* company docs */
  "mcp": { "docs": { "type": "local", "command": [ "/bin/true", "--stdio", ], "enabled": false, }, },
  "instructions": ["docs/*.md"],

}
// the end`

const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const BOM = '\uFEFF'

const HAND_FORMATTED = {
  [SETTINGS]: HAND_FORMATTED_JSON,
  [CONFIG]: HAND_FORMATTED_TOML,
  [OPENCODE]: HAND_FORMATTED_JSONC,
}
const inAll = (change: (text: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(HAND_FORMATTED).map(([path, text]) => [path, change(text)]))

const OWN_GATEWAY_JSON = `{
  "apiKeyHelper": "/usr/local/bin/my-helper --fast",
  "env": {
    "ANTHROPIC_BASE_URL": "https://old-gateway.example.com/anthropic",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "0",
    "MY_OWN": "1"
  }
}
`

const OWN_GATEWAY_TOML = `model_provider = "company"   # the old gateway

[model_providers.company]
name = "Company"
base_url = "https://old-gateway.example.com/v1"
env_key = "COMPANY_KEY"
wire_api = "responses"

[model_providers."local one"]
name = "Local"
base_url = "http://127.0.0.1:9/v1"
`

const OWN_GATEWAY_JSONC = `{
  // the old gateway
  "model": "company/glm-5", // my choice
  "small_model": "company/glm-5-air",
  "provider": {
    "company": {
      "npm": "@ai-sdk/openai-compatible",
      "options": { "baseURL": "https://old-gateway.example.com/v1", "apiKey": "company-key" },
      "models": { "glm-5": {}, "glm-5-air": {} },
    },
  },
}
`

/** Replaces a file of the home by a link to the same content in a repository of dotfiles. */
async function intoDotfiles(home: ThrowawayHome, path: string, content: string, link: 'relative' | 'absolute') {
  const target = await home.write(`home/dotfiles/${path}`, content, 0o664)
  const file = join(home.home, path)
  const up = '../'.repeat(path.split('/').length - 1)
  await symlink(link === 'absolute' ? target : `${up}dotfiles/${path}`, file)
}

/** Homes that setup and teardown must give back exactly, with the clients answering in between. */
export const homeVariants: readonly HomeVariant[] = [
  { title: 'no settings files' },
  {
    // OpenCode's stays: without its package for plugin authors it would ask the npm registry for it.
    title: 'not even the directories of the clients',
    async prepare(home) {
      for (const directory of ['.claude', '.codex']) await rm(join(home.home, directory), { recursive: true })
    },
    madeByClients: ['.claude', '.codex'],
  },
  { title: 'empty files', files: { [SETTINGS]: '', [CONFIG]: '', [OPENCODE]: '' } },
  { title: 'blank files', files: { [SETTINGS]: ' \n\n', [CONFIG]: '\n', [OPENCODE]: '\n \n' } },
  {
    title: 'an empty object and a lone comment',
    files: { [SETTINGS]: '{}', [CONFIG]: '# nothing yet', [OPENCODE]: '{} // nothing yet' },
  },
  { title: 'formatted by hand', files: HAND_FORMATTED },
  { title: 'CRLF', files: inAll(crlf) },
  { title: 'a byte-order mark', files: inAll((text) => BOM + text) },
  { title: 'private files', files: HAND_FORMATTED, mode: 0o600 },
  {
    title: 'group-writable files',
    files: { [SETTINGS]: '{"model":"sonnet"}', [CONFIG]: 'model = "m"', [OPENCODE]: '{"model":"m/m"}' },
    mode: 0o664,
  },
  {
    title: 'linked into a repository of dotfiles',
    async prepare(home) {
      await intoDotfiles(home, SETTINGS, HAND_FORMATTED_JSON, 'relative')
      await intoDotfiles(home, CONFIG, HAND_FORMATTED_TOML, 'absolute')
      await intoDotfiles(home, OPENCODE, HAND_FORMATTED_JSONC, 'relative')
    },
  },
  {
    title: 'whole directories linked into a repository of dotfiles',
    async prepare(home) {
      for (const [directory, file, content] of [
        ['.claude', 'settings.json', HAND_FORMATTED_JSON],
        ['.codex', 'config.toml', HAND_FORMATTED_TOML],
      ] as const) {
        await home.write(`home/dotfiles/${directory}/${file}`, content)
        await rm(join(home.home, directory), { recursive: true })
        await symlink(`dotfiles/${directory}`, join(home.home, directory))
      }
      await rename(join(home.home, '.config/opencode'), join(home.home, 'dotfiles/opencode'))
      await home.write('home/dotfiles/opencode/opencode.jsonc', HAND_FORMATTED_JSONC)
      await symlink('../dotfiles/opencode', join(home.home, '.config/opencode'))
    },
    places: {
      claude: 'dotfiles/.claude',
      codex: 'dotfiles/.codex',
      claudeState: '.claude.json',
      opencode: 'dotfiles/opencode',
    },
  },
  {
    title: 'CLAUDE_CONFIG_DIR and CODEX_HOME',
    env: { CLAUDE_CONFIG_DIR: '{home}/work/claude dir', CODEX_HOME: '{home}/work/codex' },
    files: {
      'work/claude dir/settings.json': HAND_FORMATTED_JSON,
      'work/codex/config.toml': HAND_FORMATTED_TOML,
      [SETTINGS]: '{"model":"opus"}',
      [CONFIG]: 'model = "untouched"',
    },
    places: { claude: 'work/claude dir', codex: 'work/codex' },
  },
  {
    title: 'CLAUDE_CONFIG_DIR and CODEX_HOME with empty directories',
    env: { CLAUDE_CONFIG_DIR: '{home}/work/claude', CODEX_HOME: '{home}/work/codex' },
    async prepare(home) {
      for (const directory of ['work/claude', 'work/codex'])
        await mkdir(join(home.home, directory), { recursive: true })
    },
    places: { claude: 'work/claude', codex: 'work/codex' },
  },
  {
    title: 'XDG_CONFIG_HOME and OPENCODE_CONFIG_DIR',
    env: { XDG_CONFIG_HOME: '{home}/work/config', OPENCODE_CONFIG_DIR: '{home}/work/more' },
    files: {
      'work/config/opencode/opencode.jsonc': HAND_FORMATTED_JSONC,
      // With the variable set OpenCode makes no file of its own.
      'work/more/opencode.json': '{ "$schema": "https://opencode.ai/config.json", "username": "me" }',
      [OPENCODE]: '{"model":"untouched/m"}',
    },
    async prepare(home) {
      for (const directory of ['work/config/opencode', 'work/more']) await useOpencode(join(home.home, directory))
    },
    places: { claude: '.claude', codex: '.codex', opencode: 'work/config/opencode', opencodeMore: 'work/more' },
  },
  {
    title: 'the weaker files that OpenCode reads, with choices of the user',
    files: {
      '.config/opencode/config.json': '{ "$schema": "x", "model": "company/a" }',
      '.config/opencode/opencode.json': OWN_GATEWAY_JSONC.replace('{', '{ "$schema": "x",'),
    },
  },
  {
    title: "the user's own helper, base URL, model provider and other providers",
    files: { [SETTINGS]: OWN_GATEWAY_JSON, [CONFIG]: OWN_GATEWAY_TOML, [OPENCODE]: OWN_GATEWAY_JSONC },
  },
]
