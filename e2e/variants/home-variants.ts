import { mkdir, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientPlaces } from '../harness/client-written.ts'
import type { ThrowawayHome } from '../harness/throwaway-home.ts'

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

const crlf = (text: string) => text.replaceAll('\n', '\r\n')
const BOM = '\uFEFF'

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

/** Replaces a file of the home by a link to the same content in a repository of dotfiles. */
async function intoDotfiles(home: ThrowawayHome, path: string, content: string, link: 'relative' | 'absolute') {
  const target = await home.write(`home/dotfiles/${path}`, content, 0o664)
  const file = join(home.home, path)
  await symlink(link === 'absolute' ? target : `../dotfiles/${path}`, file)
}

/** Homes that setup and teardown must give back exactly, with both clients answering in between. */
export const homeVariants: readonly HomeVariant[] = [
  { title: 'no settings files' },
  {
    title: 'not even the directories of the clients',
    async prepare(home) {
      for (const directory of ['.claude', '.codex']) await rm(join(home.home, directory), { recursive: true })
    },
    madeByClients: ['.claude', '.codex'],
  },
  { title: 'empty files', files: { [SETTINGS]: '', [CONFIG]: '' } },
  { title: 'blank files', files: { [SETTINGS]: ' \n\n', [CONFIG]: '\n' } },
  { title: 'an empty object and a lone comment', files: { [SETTINGS]: '{}', [CONFIG]: '# nothing yet' } },
  { title: 'formatted by hand', files: { [SETTINGS]: HAND_FORMATTED_JSON, [CONFIG]: HAND_FORMATTED_TOML } },
  { title: 'CRLF', files: { [SETTINGS]: crlf(HAND_FORMATTED_JSON), [CONFIG]: crlf(HAND_FORMATTED_TOML) } },
  { title: 'a byte-order mark', files: { [SETTINGS]: BOM + HAND_FORMATTED_JSON, [CONFIG]: BOM + HAND_FORMATTED_TOML } },
  { title: 'private files', files: { [SETTINGS]: HAND_FORMATTED_JSON, [CONFIG]: HAND_FORMATTED_TOML }, mode: 0o600 },
  { title: 'group-writable files', files: { [SETTINGS]: '{"model":"sonnet"}', [CONFIG]: 'model = "m"' }, mode: 0o664 },
  {
    title: 'linked into a repository of dotfiles',
    async prepare(home) {
      await intoDotfiles(home, SETTINGS, HAND_FORMATTED_JSON, 'relative')
      await intoDotfiles(home, CONFIG, HAND_FORMATTED_TOML, 'absolute')
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
    },
    places: { claude: 'dotfiles/.claude', codex: 'dotfiles/.codex', claudeState: '.claude.json' },
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
    title: "the user's own helper, base URL, model provider and other providers",
    files: { [SETTINGS]: OWN_GATEWAY_JSON, [CONFIG]: OWN_GATEWAY_TOML },
  },
]
