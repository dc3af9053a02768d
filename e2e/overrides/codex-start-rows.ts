import { after, before, inUser, onOlder, trust } from './codex-row-parts.ts'
import type { OverrideRow } from './override-row.ts'

const asSet = { reaches: 'A', status: 'connected' } as const
const diesOf = (file: string) =>
  ({ reaches: 'nowhere', status: 'overridden', overrides: [{ source: 'user', location: [file] }] }) as const
const asked = (state: 'overridden' | 'drifted') => ({ reaches: 'nowhere', status: state }) as const
const repository = { 'work/.git/HEAD': 'ref: refs/heads/main\n' }
const RULES = 'work/.codex/rules/a.rules'

/** Files besides the configuration, and values that only the client judges. */
export const startRows: readonly OverrideRow[] = [
  ...(
    [
      ['no TOML', 'x = \n'],
      ['a key that is unknown', 'foo = 1\n'],
      ['a default that is nowhere', 'default = "zz"\n'],
      ['a reserved name', '[[environments]]\nid = "local"\nurl = "ws://127.0.0.1:9"\n'],
      ['an address that is no web socket', '[[environments]]\nid = "a"\nurl = "zz"\n'],
    ] as const
  ).map(
    ([title, text]): OverrideRow => ({
      title: `environments.toml: ${title}`,
      since: '0.171.0',
      files: { 'home/.codex/environments.toml': text },
      ...diesOf('environments.toml'),
    }),
  ),
  {
    title: 'environments.toml without anything wrong',
    files: { 'home/.codex/environments.toml': 'default = "none"\n' },
    ...asSet,
  },
  { title: 'rules that nobody can read', files: { 'home/.codex/rules/default.rules': '((' }, ...asked('overridden') },
  { title: 'rules that are no directory', files: { 'home/.codex/rules': '' }, ...diesOf('rules') },
  { title: 'rules one directory down are not read', files: { 'home/.codex/rules/x/a.rules': '((' }, ...asSet },
  {
    title: 'rules of an untrusted project',
    on: { '0.120.0': asked('overridden') },
    files: { ...repository, [RULES]: '((' },
    ...asSet,
  },
  {
    title: 'rules of a trusted project',
    since: '0.171.0',
    files: { ...repository, [RULES]: '((' },
    edit: after(trust('{work}')),
    ...asked('overridden'),
  },
  ...(
    [
      ['approval_policy = "zz"\n'],
      ['[features]\nfoo = "x"\n'],
      ['[mcp_servers.a]\nargs = ["x"]\n'],
      ['model_instructions_file = "/nope"\n'],
    ] as const
  ).map(
    ([text]): OverrideRow => ({
      title: `a trusted project: ${text.trim()}`,
      files: { 'work/.codex/config.toml': text },
      edit: after(trust('{work}')),
      ...asked('overridden'),
    }),
  ),
  {
    title: 'a required tool server that is missing',
    edit: after('[mcp_servers.a]\ncommand = "/nope"\nrequired = true'),
    reaches: 'nowhere',
    status: 'overridden',
    overrides: [inUser('mcp_servers.a')],
  },
  { title: 'a tool server that is missing', edit: after('[mcp_servers.a]\ncommand = "/nope"'), ...asSet },
  {
    title: 'a key in the environment where ChatGPT is forced',
    env: { CODEX_API_KEY: 'k' },
    edit: before('forced_login_method = "chatgpt"'),
    reaches: 'nowhere',
    status: 'overridden',
    overrides: [inUser('forced_login_method')],
  },
  {
    title: 'models that another tool left behind',
    edit: before('model = "m"\nreview_model = "r"'),
    ...asSet,
    infos: [inUser('model'), inUser('review_model')],
  },
  { title: 'a profile that is no TOML and not chosen', files: { 'home/.codex/x.config.toml': 'x = ' }, ...asSet },
  { title: 'hooks.json that is no JSON', files: { 'home/.codex/hooks.json': '{' }, ...asSet },
  { title: 'a cache of models that is no JSON', files: { 'home/.codex/models_cache.json': '{' }, ...asSet },
  {
    title: 'a login that is no JSON',
    on: onOlder(diesOf('auth.json')),
    files: { 'home/.codex/auth.json': '{' },
    ...asSet,
  },
  { title: 'an agent that is no TOML', files: { 'home/.codex/agents/x.toml': 'x = ' }, ...asSet },
  {
    title: 'policies in CODEX_HOME are not read',
    files: { 'home/.codex/requirements.toml': 'model_provider = "nope"\n' },
    ...asSet,
  },
]
