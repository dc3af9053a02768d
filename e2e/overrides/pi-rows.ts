import type { ExpectedOverride, OverrideRow } from './override-row.ts'

const SETTINGS = 'home/.pi/agent/settings.json'
const PROJECT = 'work/.pi/settings.json'
const OTHER = {
  baseUrl: '{B}',
  api: 'anthropic-messages',
  apiKey: 'other-key',
  models: [{ id: 'm' }],
}
const SELECT_OTHER = '{"defaultProvider":"other","defaultModel":"m"}'
/** What the foreign server sees of a request to {@link OTHER}. */
const AS_OTHER = { reaches: 'B', authorization: 'absent', apiKey: 'other-key' } as const
const TRUST_WORK = { 'home/.pi/agent/trust.json': '{"{work}":true}' }

/** The user's settings as gate wrote them, with other keys; pi does not try again what failed. */
function settings(more: object): Readonly<Record<string, string>> {
  const gate = { defaultProvider: 'gate', defaultModel: 'claude-opus-4-8' }
  return { [SETTINGS]: JSON.stringify({ ...gate, retry: { enabled: false }, ...more }) }
}

/** Adds a provider of the user's to `models.json`. */
const withOther = (text: string) => {
  const { providers } = JSON.parse(text) as { providers: object }
  return JSON.stringify({ providers: { ...providers, other: OTHER } })
}

const inUser = (...location: string[]): ExpectedOverride => ({ source: 'user', location })
const inProject = (...location: string[]): ExpectedOverride => ({ source: 'project', location })
const inEnvironment = (variable: string): ExpectedOverride => ({ source: 'environment', location: [variable] })

const credentialRows: readonly OverrideRow[] = [
  { title: 'nothing else', reaches: 'A', status: 'connected' },
  {
    title: 'keys and addresses for other providers in the shell',
    env: {
      ANTHROPIC_API_KEY: 'shell-key',
      ANTHROPIC_AUTH_TOKEN: 'shell-token',
      ANTHROPIC_OAUTH_TOKEN: 'sk-ant-oat-shell',
      ANTHROPIC_BASE_URL: '{B}',
      OPENAI_API_KEY: 'shell-key',
      OPENAI_BASE_URL: '{B}/v1',
    },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'saved logins of other providers',
    files: { 'home/.pi/agent/auth.json': '{"anthropic":{"type":"api_key","key":"saved-key"}}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a key that was saved for our provider',
    files: { 'home/.pi/agent/auth.json': '{"gate":{"type":"api_key","key":"saved-key"}}' },
    reaches: 'A',
    authorization: 'Bearer saved-key',
    apiKey: 'saved-key',
    status: 'overridden',
    overrides: [inUser('auth.json', 'gate')],
  },
  {
    title: 'shell ANTHROPIC_CUSTOM_HEADERS with another key',
    env: { ANTHROPIC_CUSTOM_HEADERS: 'x-foo: bar\nX-Api-Key: shell-key' },
    reaches: 'A',
    apiKey: 'shell-key',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_CUSTOM_HEADERS')],
  },
  {
    title: 'shell ANTHROPIC_CUSTOM_HEADERS with another bearer token: ours is set after it',
    env: { ANTHROPIC_CUSTOM_HEADERS: 'Authorization: Bearer shell-token' },
    reaches: 'A',
    status: 'connected',
  },
]

const userRows: readonly OverrideRow[] = [
  { title: 'another provider of the user', edit: withOther, reaches: 'A', status: 'connected' },
  {
    title: 'the choice of another provider',
    edit: withOther,
    files: { [SETTINGS]: SELECT_OTHER },
    ...AS_OTHER,
    status: 'drifted',
  },
  {
    title: 'enabledModels without ours',
    edit: withOther,
    files: settings({ enabledModels: ['other/*'] }),
    ...AS_OTHER,
    status: 'overridden',
    overrides: [inUser('settings.json', 'enabledModels')],
  },
  {
    title: 'enabledModels with ours behind others',
    edit: withOther,
    files: settings({ enabledModels: ['other/m', 'gate/*'] }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a setting that pi does not start with',
    files: settings({ sessionDir: 5 }),
    reaches: 'nowhere',
    status: 'unknown',
    overrides: [inUser('settings.json', 'sessionDir')],
  },
  {
    title: 'a block comment in models.json',
    edit: (text) => text.replace('{', '{ /* mine */'),
    reaches: 'nowhere',
    says: 'No API key found',
    status: 'drifted',
  },
  {
    title: 'another provider of the wrong shape',
    edit: (text) => text.replace('"providers": {', '"providers": { "mine": { "models": "x" },'),
    reaches: 'nowhere',
    says: 'No API key found',
    status: 'drifted',
  },
]

const directoryRows: readonly OverrideRow[] = [
  {
    title: 'PI_CODING_AGENT_DIR with a directory that selects another provider',
    env: { PI_CODING_AGENT_DIR: '{root}/other' },
    files: {
      'other/models.json': JSON.stringify({ providers: { other: OTHER } }),
      'other/settings.json': SELECT_OTHER,
    },
    ...AS_OTHER,
    status: 'drifted',
    overrides: [inEnvironment('PI_CODING_AGENT_DIR')],
  },
]

const projectRows: readonly OverrideRow[] = [
  {
    title: 'a project that nobody decided about',
    edit: withOther,
    files: { [PROJECT]: SELECT_OTHER },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a trusted project with another provider',
    edit: withOther,
    files: { [PROJECT]: SELECT_OTHER, ...TRUST_WORK },
    ...AS_OTHER,
    status: 'overridden',
    overrides: [inProject('defaultProvider')],
  },
  {
    title: 'a trusted project with another provider, and a byte that is no UTF-8',
    edit: withOther,
    files: { [PROJECT]: { text: `{"theme":"é",${SELECT_OTHER.slice(1)}`, encoding: 'latin1' }, ...TRUST_WORK },
    ...AS_OTHER,
    status: 'overridden',
    overrides: [inProject('defaultProvider')],
  },
  {
    title: 'a trusted project with a list of models',
    edit: withOther,
    files: { [PROJECT]: '{"enabledModels":["other/m"]}', ...TRUST_WORK },
    ...AS_OTHER,
    status: 'overridden',
    overrides: [inProject('enabledModels')],
  },
  {
    title: 'a project, where every project is trusted',
    edit: withOther,
    files: { [PROJECT]: SELECT_OTHER, ...settings({ defaultProjectTrust: 'always' }) },
    ...AS_OTHER,
    status: 'overridden',
    overrides: [inProject('defaultProvider')],
  },
  {
    title: 'a project that is refused, below a directory that is trusted',
    edit: withOther,
    files: { [PROJECT]: SELECT_OTHER, 'home/.pi/agent/trust.json': '{"{root}":true,"{work}":false}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a trusted project above the working directory is not read',
    edit: withOther,
    files: { '.pi/settings.json': SELECT_OTHER, 'home/.pi/agent/trust.json': '{"{root}":true}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a trusted project cannot name a proxy',
    files: { [PROJECT]: '{"httpProxy":"{B}"}', ...TRUST_WORK },
    reaches: 'A',
    status: 'connected',
  },
]

// The proxy is asked for a tunnel (CONNECT), which the foreign server refuses.
const proxyRows: readonly OverrideRow[] = [
  ...['HTTP_PROXY', 'http_proxy'].map(
    (name): OverrideRow => ({
      title: `shell ${name}: a plain http gateway goes through it, loopback included`,
      env: { [name]: '{B}' },
      files: settings({}),
      reaches: 'nowhere',
      says: 'Connection error',
      status: 'overridden',
      overrides: [inEnvironment(name)],
    }),
  ),
  {
    title: 'httpProxy of the user',
    files: settings({ httpProxy: '{B}' }),
    reaches: 'nowhere',
    says: 'Connection error',
    status: 'overridden',
    overrides: [inUser('settings.json', 'httpProxy')],
  },
  ...['HTTP_PROXY', 'https_proxy'].map(
    (name): OverrideRow => ({
      title: `shell ${name} that is no URL: pi ends at its start`,
      env: { [name]: 'proxy', NO_PROXY: '127.0.0.1' },
      reaches: 'nowhere',
      says: 'Invalid URL',
      status: 'overridden',
      overrides: [inEnvironment(name)],
    }),
  ),
  {
    title: 'shell HTTP_PROXY with NO_PROXY',
    env: { HTTP_PROXY: '{B}', NO_PROXY: 'x, 127.0.0.1' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell HTTPS_PROXY and ALL_PROXY do not concern a plain http gateway',
    env: { HTTPS_PROXY: '{B}', ALL_PROXY: '{B}' },
    reaches: 'A',
    status: 'connected',
  },
]

const COMMAND_LINE = "options on the client's own command line are in no file and no environment"

const blindRows: readonly OverrideRow[] = [
  {
    title: '--model',
    args: ['--model', 'other/m'],
    edit: withOther,
    ...AS_OTHER,
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--api-key',
    args: ['--model', 'gate/claude-opus-4-8', '--api-key', 'typed-key'],
    reaches: 'A',
    authorization: 'Bearer typed-key',
    apiKey: 'typed-key',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--approve trusts the project for once',
    args: ['--approve'],
    edit: withOther,
    files: { [PROJECT]: SELECT_OTHER },
    ...AS_OTHER,
    status: 'connected',
    blind: COMMAND_LINE,
  },
  ...[
    { title: "an extension of the user's", file: 'home/.pi/agent/extensions/x.ts', info: inUser('extensions/x.ts') },
    { title: 'one in a folder of its own', file: 'home/.pi/agent/extensions/x/index.ts', info: inUser('extensions/x') },
    {
      title: 'an extension of a trusted project',
      file: 'work/.pi/extensions/x.ts',
      info: inProject('work/.pi/extensions/x.ts'),
    },
  ].map(
    ({ title, file, info }): OverrideRow => ({
      title: `${title} that replaces our provider`,
      files: {
        ...TRUST_WORK,
        [file]: "export default (pi) => pi.registerProvider('gate', { baseUrl: '{B}', apiKey: 'extension-key' })",
      },
      reaches: 'B',
      authorization: 'Bearer extension-key',
      apiKey: 'extension-key',
      status: 'connected',
      infos: [info],
      blind: 'extensions are programs, and what they do is known only to pi',
    }),
  ),
  {
    title: 'an extension of a project that nobody decided about',
    files: {
      'work/.pi/extensions/x.ts':
        "export default (pi) => pi.registerProvider('gate', { baseUrl: '{B}', apiKey: 'extension-key' })",
    },
    reaches: 'A',
    status: 'connected',
    infos: [inProject('work/.pi/extensions/x.ts')],
  },
]

/** Everything that competes with gate's provider in pi 1.6.0 on Linux. */
export const piRows: readonly OverrideRow[] = [
  ...credentialRows,
  ...userRows,
  ...directoryRows,
  ...projectRows,
  ...proxyRows,
  ...blindRows,
]
