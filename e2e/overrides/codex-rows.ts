import type { ExpectedOverride, OverrideRow } from './override-row.ts'

/** A provider of somebody else: the foreign server, with a token of its own. */
const OTHER = `
[model_providers.other]
name = "other"
base_url = "{B}/v1"
wire_api = "responses"
experimental_bearer_token = "other-token"
`
const SELECT_OTHER = `model_provider = "other"\n${OTHER}`
const GATE_AT_B = '[model_providers.gate]\nbase_url = "{B}/v1"\n'
const GATE_IS_B = `
[model_providers.gate]
name = "gate"
base_url = "{B}/v1"
wire_api = "responses"
experimental_bearer_token = "other-token"
`

const inManaged = (key: string): ExpectedOverride => ({ source: 'managed', location: ['managed_config.toml', key] })
const inRequirements = (key: string): ExpectedOverride => ({ source: 'managed', location: ['requirements.toml', key] })
const inSystem = (): ExpectedOverride => ({ source: 'system', location: ['/etc/codex/config.toml'] })
const inEnvironment = (name: string): ExpectedOverride => ({ source: 'environment', location: [name] })
const inProject = (key: string): ExpectedOverride => ({ source: 'project', location: ['.codex/config.toml', key] })
const inUser = (key: string): ExpectedOverride => ({ source: 'user', location: ['config.toml', key] })

const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const chatGptToken = `${segment({ alg: 'none' })}.${segment({
  email: 'a@example.com',
  exp: 4_000_000_000,
  'https://api.openai.com/auth': { chatgpt_plan_type: 'plus', chatgpt_account_id: 'acc' },
})}.${segment({})}`
const CHATGPT_LOGIN = JSON.stringify({
  auth_mode: 'chatgpt',
  OPENAI_API_KEY: null,
  tokens: { id_token: chatGptToken, access_token: chatGptToken, refresh_token: 'rt', account_id: 'acc' },
  last_refresh: '2099-01-01T00:00:00Z',
})

const before = (line: string) => (text: string) => `${line}\n${text}`
const after = (lines: string) => (text: string) => `${text}\n${lines}\n`

const layerRows: readonly OverrideRow[] = [
  { title: 'nothing else', reaches: 'A', status: 'connected' },
  {
    title: '/etc/codex/config.toml with another provider is below the user file',
    etc: { 'codex/config.toml': SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: '/etc/codex/config.toml with another base_url for our provider',
    etc: { 'codex/config.toml': GATE_AT_B },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: '/etc/codex/config.toml invalid: Codex does not start',
    etc: { 'codex/config.toml': 'x = \n' },
    reaches: 'nowhere',
    says: 'Error loading config.toml',
    status: 'overridden',
    overrides: [inSystem()],
  },
  {
    title: 'managed_config.toml selects another provider',
    etc: { 'codex/managed_config.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inManaged('model_provider')],
  },
  {
    title: 'managed_config.toml redirects our provider: the token goes there',
    etc: { 'codex/managed_config.toml': GATE_AT_B },
    reaches: 'B',
    status: 'overridden',
    overrides: [inManaged('model_providers.gate')],
  },
  {
    title: 'managed_config.toml beats even -c',
    args: ['-c', 'model_provider=gate'],
    etc: { 'codex/managed_config.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inManaged('model_provider')],
  },
  {
    title: 'managed_config.toml with foreign settings alone',
    etc: { 'codex/managed_config.toml': 'model = "m"\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'managed_config.toml invalid: Codex does not start',
    etc: { 'codex/managed_config.toml': 'x = \n' },
    reaches: 'nowhere',
    says: 'Error loading config.toml',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['managed_config.toml'] }],
  },
  {
    title: 'managed_config.toml in CODEX_HOME is not read on Linux',
    files: { 'home/.codex/managed_config.toml': SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'requirements.toml pins another provider',
    etc: { 'codex/requirements.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inRequirements('model_provider')],
  },
  {
    title: 'requirements.toml beats even -c',
    args: ['-c', 'model_provider=gate'],
    etc: { 'codex/requirements.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inRequirements('model_provider')],
  },
  {
    title: 'requirements.toml pins our id with a table of its own',
    etc: { 'codex/requirements.toml': `model_provider = "gate"\n${GATE_IS_B}` },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inRequirements('model_providers.gate')],
  },
  {
    title: 'requirements.toml replaces our table without pinning it',
    etc: { 'codex/requirements.toml': GATE_IS_B },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'overridden',
    overrides: [inRequirements('model_providers.gate')],
  },
  {
    title: 'requirements.toml with the table of another provider alone',
    etc: { 'codex/requirements.toml': OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'requirements.toml pins our id and leaves our table',
    etc: { 'codex/requirements.toml': 'model_provider = "gate"\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'requirements.toml pins a provider that is nowhere: Codex does not start',
    etc: { 'codex/requirements.toml': 'model_provider = "nope"\n' },
    reaches: 'nowhere',
    says: 'not found',
    status: 'overridden',
    overrides: [inRequirements('model_provider')],
  },
  {
    title: 'requirements.toml invalid: Codex does not start',
    etc: { 'codex/requirements.toml': 'x = \n' },
    reaches: 'nowhere',
    says: 'requirements',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['requirements.toml'] }],
  },
]

const userRows: readonly OverrideRow[] = [
  {
    title: 'CODEX_HOME with a directory that selects another provider',
    env: { CODEX_HOME: '{root}/other' },
    files: { 'other/config.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'drifted',
  },
  {
    title: 'CODEX_HOME with a directory that does not exist: Codex does not start',
    env: { CODEX_HOME: '{root}/nowhere' },
    reaches: 'nowhere',
    says: 'does not exist',
    status: 'drifted',
  },
  { title: 'CODEX_HOME empty', env: { CODEX_HOME: '' }, reaches: 'A', status: 'connected' },
  {
    title: 'the user selects another provider',
    edit: (text) => text.replace('model_provider = "gate"', 'model_provider = "other"') + OTHER,
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'drifted',
  },
  {
    title: 'the user selects a provider that does not exist',
    edit: (text) => text.replace('model_provider = "gate"', 'model_provider = "nope"'),
    reaches: 'nowhere',
    says: 'not found',
    status: 'drifted',
  },
  {
    title: 'the user redirects our provider',
    edit: (text) => text.replace(/^base_url = .*$/m, 'base_url = "{B}/v1"'),
    reaches: 'B',
    status: 'drifted',
  },
  {
    title: 'legacy profile key: Codex does not start',
    edit: before('profile = "x"'),
    reaches: 'nowhere',
    says: 'no longer supported',
    status: 'overridden',
    overrides: [inUser('profile')],
  },
  {
    title: 'legacy [profiles.x] alone',
    edit: after(`[profiles.x]\nmodel_provider = "other"\n${OTHER}`),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'openai_base_url in the user file does not concern our provider',
    edit: before('openai_base_url = "{B}/v1"'),
    reaches: 'A',
    status: 'connected',
  },
  { title: 'unknown keys', edit: before('foo = 1'), reaches: 'A', status: 'connected' },
  {
    title: 'invalid TOML: Codex does not start',
    edit: after('x = '),
    reaches: 'nowhere',
    says: 'Error loading config.toml',
    status: 'unknown',
  },
  {
    title: 'x.config.toml without -p is not read',
    files: { 'home/.codex/x.config.toml': SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
]

const trust = (directory: string, level = 'trusted') => `[projects."${directory}"]\ntrust_level = "${level}"\n`
const repository = (directory: string) => ({
  [`${directory}/HEAD`]: 'ref: refs/heads/main\n',
  [`${directory}/config`]: '[core]\n\trepositoryformatversion = 0\n',
  [`${directory}/objects/.keep`]: '',
  [`${directory}/refs/.keep`]: '',
})
/** Makes `work` a worktree of `main`. */
const WORKTREE = {
  ...repository('main/.git'),
  'main/.git/worktrees/work/HEAD': 'ref: refs/heads/work\n',
  'main/.git/worktrees/work/commondir': '../..\n',
  'main/.git/worktrees/work/gitdir': '{root}/work/.git\n',
  'work/.git': 'gitdir: {root}/main/.git/worktrees/work\n',
}
/** A file that keeps Codex from starting, if it counts. */
const BROKEN_ROOT = { 'work/.codex/config.toml': 'x = \n' }
const BROKEN_BELOW = { 'work/a/.codex/config.toml': 'x = \n' }
const counts = (location: string) =>
  ({
    reaches: 'nowhere',
    says: 'Error loading',
    status: 'overridden',
    overrides: [{ source: 'project', location: [location] }],
  }) as const
const countsNot = { reaches: 'A', status: 'connected' } as const

/** Whose trust lets a project's file count; each directory is asked by itself. */
const trustRows: readonly OverrideRow[] = [
  {
    title: 'trust of the root: its file',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a/b',
    edit: after(trust('{work}')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the root: a file below',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a/b',
    edit: after(trust('{work}')),
    ...counts('work/a/.codex/config.toml'),
  },
  {
    title: 'trust of a directory between: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a/b',
    edit: after(trust('{work}/a')),
    ...countsNot,
  },
  {
    title: 'trust of a directory between: its own file',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a/b',
    edit: after(trust('{work}/a')),
    ...counts('work/a/.codex/config.toml'),
  },
  {
    title: 'trust of the working directory: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a',
    edit: after(trust('{work}/a')),
    ...countsNot,
  },
  {
    title: 'trust of the root, the working directory refused: its own file',
    files: { ...repository('work/.git'), ...BROKEN_BELOW },
    cwd: 'a',
    edit: after(trust('{work}') + trust('{work}/a', 'untrusted')),
    ...countsNot,
  },
  {
    title: 'trust of the root, the working directory refused: the file in the root',
    files: { ...repository('work/.git'), ...BROKEN_ROOT },
    cwd: 'a',
    edit: after(trust('{work}') + trust('{work}/a', 'untrusted')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the main checkout: the file of a worktree',
    files: { ...WORKTREE, ...BROKEN_ROOT },
    edit: after(trust('{root}/main')),
    ...counts('work/.codex/config.toml'),
  },
  {
    title: 'trust of the main checkout, the worktree refused',
    files: { ...WORKTREE, ...BROKEN_ROOT },
    edit: after(trust('{root}/main') + trust('{work}', 'untrusted')),
    ...countsNot,
  },
  {
    title: 'trust of the directory above, without any repository',
    files: BROKEN_BELOW,
    cwd: 'a',
    edit: after(trust('{work}')),
    ...countsNot,
  },
]

const projectRows: readonly OverrideRow[] = [
  {
    title: 'project file of an untrusted project',
    files: { 'work/.codex/config.toml': SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'project file of a trusted project: provider keys are ignored',
    files: { 'work/.codex/config.toml': `openai_base_url = "{B}/v1"\n${SELECT_OTHER}` },
    edit: after('[projects."{work}"]\ntrust_level = "trusted"'),
    reaches: 'A',
    status: 'connected',
  },
]

const refused = (says: string, ...overrides: ExpectedOverride[]) =>
  ({ reaches: 'nowhere', says, status: 'overridden', overrides }) as const
const NAMELESS = '[model_providers.x]\nbase_url = "{B}/v1"\n'

/** Values that Codex does not start with, each in a file that can be right besides. */
const wrongValueRows: readonly OverrideRow[] = [
  {
    title: 'requirements.toml with a wrong type',
    etc: { 'codex/requirements.toml': 'model_provider = 5\n' },
    ...refused('failed to parse requirements layer', inRequirements('model_provider')),
  },
  {
    title: 'requirements.toml with a wrong type that Codex passes over',
    etc: { 'codex/requirements.toml': 'model = 5\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'requirements.toml with a base_url of a wrong type',
    etc: { 'codex/requirements.toml': '[model_providers.gate]\nname = "g"\nbase_url = 5\n' },
    ...refused('failed to parse merged requirements', inRequirements('model_providers.gate.base_url')),
  },
  {
    title: 'requirements.toml with our provider, but without a name',
    etc: { 'codex/requirements.toml': '[model_providers.gate]\nbase_url = "{B}/v1"\n' },
    ...refused('provider name must not be empty', inRequirements('model_providers.gate')),
  },
  {
    title: 'managed_config.toml with a wrong type',
    etc: { 'codex/managed_config.toml': 'model = 5\n' },
    ...refused('Error loading config.toml', inManaged('model')),
  },
  {
    title: 'managed_config.toml with a provider without a name',
    etc: { 'codex/managed_config.toml': NAMELESS },
    ...refused('provider name must not be empty', inManaged('model_providers.x')),
  },
  {
    title: '/etc/codex/config.toml with a wrong type where the user says something: it is hidden',
    etc: { 'codex/config.toml': 'model_provider = 5\n' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: '/etc/codex/config.toml with a wrong type',
    etc: { 'codex/config.toml': 'approval_policy = 5\n' },
    ...refused('Error loading config.toml', inSystem()),
  },
  {
    title: 'a trusted project with a wrong type',
    files: { 'work/.codex/config.toml': 'approval_policy = 5\n' },
    edit: after(trust('{work}')),
    ...refused('Error loading config.toml', inProject('approval_policy')),
  },
  {
    title: 'a trusted project with a model of a wrong type',
    files: { 'work/.codex/config.toml': 'model = 5\n' },
    edit: after(trust('{work}')),
    ...refused('Error loading config.toml', inProject('model')),
  },
  {
    title: 'a trusted project with wrong types that Codex passes over',
    files: { 'work/.codex/config.toml': `model_provider = 5\nnotify = 5\nprofile = 5\n${NAMELESS}` },
    edit: after(trust('{work}')),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'another provider of the user without a name',
    edit: after(NAMELESS),
    ...refused('provider name must not be empty', inUser('model_providers.x')),
  },
]

const credentialRows: readonly OverrideRow[] = [
  { title: 'shell OPENAI_BASE_URL', env: { OPENAI_BASE_URL: '{B}' }, reaches: 'A', status: 'connected' },
  {
    title: 'shell OPENAI_API_KEY, CODEX_API_KEY and CODEX_ACCESS_TOKEN',
    env: { OPENAI_API_KEY: 'shell-key', CODEX_API_KEY: 'shell-key', CODEX_ACCESS_TOKEN: 'shell-token' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a saved API key login',
    files: { 'home/.codex/auth.json': '{"auth_mode":"apikey","OPENAI_API_KEY":"saved-key"}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a saved ChatGPT login',
    files: { 'home/.codex/auth.json': CHATGPT_LOGIN },
    reaches: 'A',
    status: 'connected',
  },
  ...['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map(
    (name): OverrideRow => ({
      title: `shell ${name}: a plain http gateway goes through it, loopback included`,
      env: { [name]: '{B}' },
      reaches: 'B',
      status: 'overridden',
      overrides: [inEnvironment(name)],
    }),
  ),
  {
    title: 'shell HTTPS_PROXY does not concern a plain http gateway',
    env: { HTTPS_PROXY: '{B}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell HTTP_PROXY with NO_PROXY',
    env: { HTTP_PROXY: '{B}', NO_PROXY: '127.0.0.1' },
    reaches: 'A',
    status: 'connected',
  },
]

const COMMAND_LINE = "options on the client's own command line are in no file and no environment"

const commandLineRows: readonly OverrideRow[] = [
  {
    title: '-p x overlays x.config.toml',
    args: ['-p', 'x'],
    files: { 'home/.codex/x.config.toml': SELECT_OTHER },
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '-c model_provider',
    args: ['-c', 'model_provider=other'],
    edit: after(OTHER),
    reaches: 'B',
    authorization: 'Bearer other-token',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '-c with the base_url of our provider: the token goes there',
    args: ['-c', 'model_providers.gate.base_url="{B}/v1"'],
    reaches: 'B',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  { title: '-m', args: ['-m', 'another-model'], reaches: 'A', status: 'connected' },
  {
    title: '--ignore-user-config',
    // The built-in provider would try the vendor for a long time; sent to the foreign server it ends at once.
    args: ['--ignore-user-config', '-c', 'openai_base_url="{B}/v1"'],
    reaches: 'B',
    authorization: 'absent',
    status: 'connected',
    blind: COMMAND_LINE,
  },
]

/** Everything that competes with gate's provider in Codex 0.169.0 on Linux. */
export const codexRows: readonly OverrideRow[] = [
  ...layerRows,
  ...userRows,
  ...projectRows,
  ...trustRows,
  ...wrongValueRows,
  ...credentialRows,
  ...commandLineRows,
]
