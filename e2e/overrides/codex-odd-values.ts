import judged from '../known-names/codex.json' with { type: 'json' }

/** Something odd for the user's `config.toml`: lines for its root, and tables for its end. */
export interface OddValue {
  readonly title: string
  readonly root?: string
  readonly tables?: string
}

/** The examples that people met, and others beyond the root keys. */
const TABLES: readonly string[] = [
  '[mcp_servers.a]\nargs = ["x"]',
  '[mcp_servers.a]\ncommand = "x"\nurl = "http://x"',
  '[mcp_servers.a]\nurl = "http://127.0.0.1:9"\nbearer_token = "x"',
  '[mcp_servers."a b"]\ncommand = "/nope"',
  '[features]\nfoo = "x"',
  '[features]\nfoo = true',
  '[[hooks]]\nevent = "SessionStart"',
  '[hooks]\nNoSuchEvent = []',
  '[model_providers.x]\nbase_url = "http://x"',
  '[model_providers.x]\nname = "x"\nwire_api = "chat"',
  '[model_providers.x]\nname = "x"\nnonsense = 1',
  '[model_providers.x]\nname = "x"\n[model_providers.x.aws]\nregion = "x"',
  '[model_providers.amazon-bedrock]\nname = "x"',
  '[projects."/x"]\ntrust_level = "zz"',
  '[agents]\nmax_threads = "x"',
  '[agents.r]\nconfig_file = "/nope"',
  '[permissions.p]\nextends = "nope"',
  '[shell_environment_policy]\ninherit = "zz"',
  '[history]\npersistence = "zz"',
  '[notice]\nhide_full_access_warning = 1',
  '[tui]\nnotifications = 5',
  '[tui]\ntheme = "nope"',
  '[tui.keymap.global]\nsubmit = "zz-zz"',
  '[otel]\nexporter = "zz"',
  '[plugins."x@y"]\nenabled = "x"',
  '[marketplaces.x]\nsource_type = "zz"',
  '[tools]\nweb_search = "x"',
  '[profiles.x]\nmodel = 5',
]

const ROOTS: readonly string[] = [
  'approval_policy = "nonsense"',
  'model_reasoning_effort = "nonsense"',
  'model_catalog_json = "/nope.json"',
  'model_instructions_file = "/nope"',
  'default_permissions = "nope"',
  'model_context_window = -1',
  'project_doc_max_bytes = -1',
  'service_tier = "nonsense"',
  'nonsense = 1',
]

/** Values of other types than a key has, one per key: what fits no key, what fits many, and what fits few. */
const SPELLINGS: readonly string[] = ['[[0.5]]', '"nonsense"', '5', 'true', '{ nonsense = "x" }', '["nonsense"]']
/** Those whose key decides what Codex does at its end, not whether it takes its configuration. */
const OTHERWISE: readonly string[] = ['forced_login_method', 'model', 'model_provider', 'notify']

/** Every second of the root keys that Codex knows, with what it is not made for, and the tables. */
export const oddValues: readonly OddValue[] = [
  ...TABLES.map((tables) => ({ title: tables.replaceAll('\n', ' | '), tables })),
  ...[...ROOTS, ...wrongTypes()].map((root) => ({ title: root, root })),
]

function wrongTypes(): string[] {
  const keys = judged.rootKeys.filter((key, index) => index % 2 === 0 && !OTHERWISE.includes(key))
  return keys.map((key, index) => `${key} = ${SPELLINGS[index % SPELLINGS.length]}`)
}
