import { encodingRows } from './claude-code-encoding-rows.ts'
import { repositoryRows } from './claude-code-repository-rows.ts'
import {
  dropIn,
  inEnvironment,
  inLocal,
  inManaged,
  inProject,
  inUser,
  json,
  local,
  managed,
  project,
  userEnv,
  userKey,
  withEnv,
} from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

/** The cloud services that a switch variable turns Claude Code to, made to talk to the foreign server. */
const CLOUDS: readonly {
  readonly name: string
  readonly env: Readonly<Record<string, string>>
  readonly authorization: string
  readonly apiKey: string
}[] = [
  {
    name: 'CLAUDE_CODE_USE_BEDROCK',
    env: { ANTHROPIC_BEDROCK_BASE_URL: '{B}', CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1', AWS_REGION: 'us-east-1' },
    authorization: 'token',
    apiKey: 'absent',
  },
  {
    name: 'CLAUDE_CODE_USE_VERTEX',
    env: {
      ANTHROPIC_VERTEX_BASE_URL: '{B}',
      CLAUDE_CODE_SKIP_VERTEX_AUTH: '1',
      ANTHROPIC_VERTEX_PROJECT_ID: 'p',
      CLOUD_ML_REGION: 'us-east5',
    },
    authorization: 'token',
    apiKey: 'absent',
  },
  {
    name: 'CLAUDE_CODE_USE_FOUNDRY',
    env: { ANTHROPIC_FOUNDRY_BASE_URL: '{B}', ANTHROPIC_FOUNDRY_API_KEY: 'foundry-key' },
    authorization: 'absent',
    apiKey: 'foundry-key',
  },
  {
    name: 'CLAUDE_CODE_USE_ANTHROPIC_AWS',
    env: {
      ANTHROPIC_AWS_BASE_URL: '{B}',
      CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH: '1',
      ANTHROPIC_AWS_WORKSPACE_ID: 'w',
      AWS_REGION: 'us-east-1',
    },
    authorization: 'token',
    apiKey: 'token',
  },
  {
    name: 'CLAUDE_CODE_USE_MANTLE',
    env: { ANTHROPIC_BEDROCK_MANTLE_BASE_URL: '{B}', CLAUDE_CODE_SKIP_MANTLE_AUTH: '1', AWS_REGION: 'us-east-1' },
    authorization: 'token',
    apiKey: 'absent',
  },
]

const cloudRows = CLOUDS.flatMap(({ name, env, authorization, apiKey }): OverrideRow[] => [
  {
    title: `shell ${name}=1`,
    env: { ...env, [name]: '1' },
    reaches: 'B',
    authorization,
    apiKey,
    status: 'overridden',
    overrides: [inEnvironment(name)],
  },
  {
    title: `project env ${name}=1`,
    files: project(withEnv({ ...env, [name]: '1' })),
    reaches: 'B',
    authorization,
    apiKey,
    status: 'overridden',
    overrides: [inProject(name)],
  },
  {
    title: `shell ${name}=1, neutralised by "0" in the user's env block`,
    env: { [name]: '1' },
    edit: userEnv({ [name]: '0' }),
    reaches: 'A',
    status: 'connected',
  },
  { title: `shell ${name}=0`, env: { [name]: '0' }, reaches: 'A', status: 'connected' },
])

const environmentRows: readonly OverrideRow[] = [
  { title: 'nothing else', reaches: 'A', status: 'connected' },
  { title: 'shell ANTHROPIC_BASE_URL', env: { ANTHROPIC_BASE_URL: '{B}' }, reaches: 'A', status: 'connected' },
  { title: 'shell ANTHROPIC_BASE_URL empty', env: { ANTHROPIC_BASE_URL: '' }, reaches: 'A', status: 'connected' },
  {
    title: 'shell ANTHROPIC_AUTH_TOKEN',
    env: { ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    reaches: 'A',
    authorization: 'Bearer shell-token',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: 'shell ANTHROPIC_AUTH_TOKEN, neutralised in the user env block',
    env: { ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    edit: userEnv({ ANTHROPIC_AUTH_TOKEN: '' }),
    reaches: 'A',
    status: 'connected',
  },
  { title: 'shell ANTHROPIC_AUTH_TOKEN empty', env: { ANTHROPIC_AUTH_TOKEN: '' }, reaches: 'A', status: 'connected' },
  {
    title: 'shell ANTHROPIC_API_KEY',
    env: { ANTHROPIC_API_KEY: 'shell-key' },
    reaches: 'A',
    apiKey: 'shell-key',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_API_KEY')],
  },
  {
    title: 'shell ANTHROPIC_API_KEY, neutralised in the user env block',
    env: { ANTHROPIC_API_KEY: 'shell-key' },
    edit: userEnv({ ANTHROPIC_API_KEY: '' }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell CLAUDE_CODE_USE_BEDROCK=yes',
    env: { CLAUDE_CODE_USE_BEDROCK: 'yes', AWS_EC2_METADATA_DISABLED: 'true' },
    reaches: 'nowhere',
    says: 'AWS credentials',
    status: 'overridden',
    overrides: [inEnvironment('CLAUDE_CODE_USE_BEDROCK')],
  },
  {
    title: 'shell CLAUDE_CODE_USE_BEDROCK=no',
    env: { CLAUDE_CODE_USE_BEDROCK: 'no' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell CLAUDE_CODE_USE_BEDROCK=2',
    env: { CLAUDE_CODE_USE_BEDROCK: '2' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'ANTHROPIC_UNIX_SOCKET in the user env block has no effect',
    edit: userEnv({ ANTHROPIC_UNIX_SOCKET: '{root}/foreign.sock' }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST in the user env block has no effect',
    edit: userEnv({ CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1' }),
    reaches: 'A',
    status: 'connected',
  },
  { title: 'shell CLAUDE_CODE_USE_GATEWAY', env: { CLAUDE_CODE_USE_GATEWAY: '1' }, reaches: 'A', status: 'connected' },
  {
    title: 'shell CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST',
    env: { CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST: '1' },
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'overridden',
    overrides: [inEnvironment('CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST')],
  },
  {
    title: 'shell ANTHROPIC_UNIX_SOCKET',
    env: { ANTHROPIC_UNIX_SOCKET: '{root}/foreign.sock' },
    reaches: 'nowhere',
    says: 'Unable to connect',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_UNIX_SOCKET')],
  },
  {
    title: 'shell CLAUDE_CODE_SIMPLE',
    env: { CLAUDE_CODE_SIMPLE: '1' },
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'overridden',
    overrides: [inEnvironment('CLAUDE_CODE_SIMPLE')],
  },
  {
    title: 'shell CLAUDE_CODE_OAUTH_TOKEN',
    env: { CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-x' },
    reaches: 'A',
    status: 'connected',
  },
  { title: 'shell ANTHROPIC_PROFILE', env: { ANTHROPIC_PROFILE: 'p' }, reaches: 'A', status: 'connected' },
  {
    title: 'shell workload identity federation',
    env: { ANTHROPIC_FEDERATION_RULE_ID: 'r', ANTHROPIC_ORGANIZATION_ID: 'o', ANTHROPIC_IDENTITY_TOKEN: 'i' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell ANTHROPIC_CUSTOM_HEADERS with both credentials',
    env: { ANTHROPIC_CUSTOM_HEADERS: 'Authorization: Bearer c\nX-Api-Key: header-key\nX-Foo: bar' },
    reaches: 'A',
    apiKey: 'header-key',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_CUSTOM_HEADERS')],
  },
  {
    title: 'shell ANTHROPIC_CUSTOM_HEADERS without a credential',
    env: { ANTHROPIC_CUSTOM_HEADERS: 'X-Foo: bar' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell ANTHROPIC_BEDROCK_BASE_URL alone',
    env: { ANTHROPIC_BEDROCK_BASE_URL: '{B}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell CLAUDE_CODE_API_BASE_URL and ANTHROPIC_API_HOST',
    env: { CLAUDE_CODE_API_BASE_URL: '{B}', ANTHROPIC_API_HOST: '{B}' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'shell CLAUDE_CONFIG_DIR with an empty directory',
    env: { CLAUDE_CONFIG_DIR: '{root}/empty' },
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'drifted',
  },
  ...['HTTPS_PROXY', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY'].map(
    (name): OverrideRow => ({
      title: `shell ${name}: a plain http gateway goes through it, loopback included`,
      env: { [name]: '{B}' },
      reaches: 'B',
      status: 'overridden',
      overrides: [inEnvironment(name)],
    }),
  ),
  {
    title: 'shell HTTPS_PROXY with NO_PROXY',
    env: { HTTPS_PROXY: '{B}', NO_PROXY: '127.0.0.1' },
    reaches: 'A',
    status: 'connected',
  },
]

const OAUTH_LOGIN = json({
  claudeAiOauth: {
    accessToken: 'sk-ant-oat01-x',
    refreshToken: 'sk-ant-ort01-x',
    expiresAt: 4_000_000_000_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  },
})

const userRows: readonly OverrideRow[] = [
  {
    title: 'ANTHROPIC_AUTH_TOKEN in the user env block',
    edit: userEnv({ ANTHROPIC_AUTH_TOKEN: 'file-token' }),
    reaches: 'A',
    authorization: 'Bearer file-token',
    status: 'overridden',
    overrides: [inUser('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: 'ANTHROPIC_API_KEY in the user env block',
    edit: userEnv({ ANTHROPIC_API_KEY: 'file-key' }),
    reaches: 'A',
    apiKey: 'file-key',
    status: 'overridden',
    overrides: [inUser('ANTHROPIC_API_KEY')],
  },
  {
    title: 'CLAUDE_CONFIG_DIR in the user env block: the settings there apply',
    edit: userEnv({ CLAUDE_CONFIG_DIR: '{root}/other' }),
    files: { 'other/settings.json': json({ apiKeyHelper: 'echo other-token', env: { ANTHROPIC_BASE_URL: '{B}' } }) },
    reaches: 'B',
    authorization: 'Bearer other-token',
    apiKey: 'other-token',
    status: 'overridden',
    overrides: [inUser('CLAUDE_CONFIG_DIR')],
  },
  {
    title: 'CLAUDE_CODE_SIMPLE in the user env block',
    edit: userEnv({ CLAUDE_CODE_SIMPLE: '1' }),
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'overridden',
    overrides: [inUser('CLAUDE_CODE_SIMPLE')],
  },
  {
    title: 'HTTP_PROXY in the user env block',
    edit: userEnv({ HTTP_PROXY: '{B}' }),
    reaches: 'B',
    status: 'overridden',
    overrides: [inUser('HTTP_PROXY')],
  },
  {
    title: 'forceLoginMethod in the user file has no effect',
    edit: userKey({ forceLoginMethod: 'claudeai' }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a saved claude.ai login',
    files: { 'home/.claude/.credentials.json': OAUTH_LOGIN },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'primaryApiKey in ~/.claude.json',
    files: { 'home/.claude.json': json({ primaryApiKey: 'primary-key' }) },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'env in ~/.claude.json is not read',
    files: { 'home/.claude.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })) },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: '~/.claude/settings.local.json is not read from elsewhere',
    files: { 'home/.claude/settings.local.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })) },
    reaches: 'A',
    status: 'connected',
  },
]

const projectRows: readonly OverrideRow[] = [
  {
    title: 'project env ANTHROPIC_BASE_URL: the token goes there',
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_BASE_URL')],
  },
  {
    title: 'local env ANTHROPIC_BASE_URL',
    files: local(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inLocal('ANTHROPIC_BASE_URL')],
  },
  {
    title: 'local beats project',
    files: { ...project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })), ...local(withEnv({ ANTHROPIC_BASE_URL: '{A}' })) },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'project env ANTHROPIC_BASE_URL empty: the vendor itself',
    files: project(withEnv({ ANTHROPIC_BASE_URL: '' })),
    reaches: 'nowhere',
    says: 'reach the API server',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_BASE_URL')],
  },
  {
    title: 'project apiKeyHelper',
    files: project({ apiKeyHelper: 'echo project-token' }),
    reaches: 'A',
    authorization: 'Bearer project-token',
    apiKey: 'project-token',
    status: 'overridden',
    overrides: [inProject('apiKeyHelper')],
  },
  {
    title: 'local apiKeyHelper',
    files: local({ apiKeyHelper: 'echo local-token' }),
    reaches: 'A',
    authorization: 'Bearer local-token',
    apiKey: 'local-token',
    status: 'overridden',
    overrides: [inLocal('apiKeyHelper')],
  },
  {
    title: 'project apiKeyHelper empty',
    files: project({ apiKeyHelper: '' }),
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'overridden',
    overrides: [inProject('apiKeyHelper')],
  },
  {
    title: 'project env ANTHROPIC_AUTH_TOKEN',
    files: project(withEnv({ ANTHROPIC_AUTH_TOKEN: 'project-token' })),
    reaches: 'A',
    authorization: 'Bearer project-token',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: 'project env ANTHROPIC_AUTH_TOKEN, neutralised by the local file',
    files: {
      ...project(withEnv({ ANTHROPIC_AUTH_TOKEN: 'project-token' })),
      ...local(withEnv({ ANTHROPIC_AUTH_TOKEN: '' })),
    },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'project env ANTHROPIC_API_KEY',
    files: project(withEnv({ ANTHROPIC_API_KEY: 'project-key' })),
    reaches: 'A',
    apiKey: 'project-key',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_API_KEY')],
  },
  {
    title: 'project env ANTHROPIC_CUSTOM_HEADERS with a credential',
    files: project(withEnv({ ANTHROPIC_CUSTOM_HEADERS: 'X-Api-Key: project-header-key' })),
    reaches: 'A',
    apiKey: 'project-header-key',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_CUSTOM_HEADERS')],
  },
  {
    title: 'project env HTTP_PROXY',
    files: project(withEnv({ HTTP_PROXY: '{B}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inProject('HTTP_PROXY')],
  },
  {
    title: 'a project file with a comment is not loaded',
    files: { 'work/.claude/settings.json': '{ // c\n "env": { "ANTHROPIC_BASE_URL": "{B}" } }' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a project file with a wrong-typed known key is not loaded',
    files: project({ model: 5, env: { ANTHROPIC_BASE_URL: '{B}' } }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'settings of a parent directory are not read outside of a repository',
    files: {
      '.claude/settings.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
      '.claude/settings.local.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a project .env is not read',
    files: { 'work/.env': 'ANTHROPIC_BASE_URL={B}\nANTHROPIC_AUTH_TOKEN=dotenv-token\n' },
    reaches: 'A',
    status: 'connected',
  },
]

const managedRows: readonly OverrideRow[] = [
  {
    title: 'managed env ANTHROPIC_BASE_URL',
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inManaged('ANTHROPIC_BASE_URL')],
  },
  {
    title: 'managed apiKeyHelper',
    etc: managed({ apiKeyHelper: 'echo managed-token' }),
    reaches: 'A',
    authorization: 'Bearer managed-token',
    apiKey: 'managed-token',
    status: 'overridden',
    overrides: [inManaged('apiKeyHelper')],
  },
  {
    title: 'a shell ANTHROPIC_AUTH_TOKEN beats even a managed apiKeyHelper',
    etc: managed({ apiKeyHelper: 'echo managed-token' }),
    env: { ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    reaches: 'A',
    authorization: 'Bearer shell-token',
    apiKey: 'managed-token',
    status: 'overridden',
    overrides: [inManaged('apiKeyHelper'), inEnvironment('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: 'managed empty ANTHROPIC_AUTH_TOKEN and ANTHROPIC_API_KEY neutralise the shell',
    etc: managed(withEnv({ ANTHROPIC_AUTH_TOKEN: '', ANTHROPIC_API_KEY: '' })),
    env: { ANTHROPIC_AUTH_TOKEN: 'shell-token', ANTHROPIC_API_KEY: 'shell-key' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'managed drop-in env ANTHROPIC_BASE_URL',
    etc: dropIn('10-x.json', withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['managed-settings.d', '10-x.json', 'ANTHROPIC_BASE_URL'] }],
  },
  {
    title: 'a later managed drop-in beats the managed base file',
    etc: {
      ...managed(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
      ...dropIn('10-x.json', withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'a later managed drop-in beats an earlier one',
    etc: {
      ...dropIn('10-x.json', withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
      ...dropIn('20-x.json', withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    },
    reaches: 'B',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['20-x.json', 'ANTHROPIC_BASE_URL'] }],
  },
  {
    title: 'hidden and .jsonc drop-ins are not read',
    etc: {
      ...dropIn('.10-x.json', withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
      ...dropIn('11-x.jsonc', withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'managed env beats the project',
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: 'managed env CLAUDE_CODE_USE_BEDROCK',
    etc: managed(
      withEnv({
        CLAUDE_CODE_USE_BEDROCK: '1',
        ANTHROPIC_BEDROCK_BASE_URL: '{B}',
        CLAUDE_CODE_SKIP_BEDROCK_AUTH: '1',
        AWS_REGION: 'us-east-1',
      }),
    ),
    reaches: 'B',
    apiKey: 'absent',
    status: 'overridden',
    overrides: [inManaged('CLAUDE_CODE_USE_BEDROCK')],
  },
  {
    title: 'a wrong-typed key in a managed file is skipped, the rest holds',
    etc: managed({ model: 5, env: { ANTHROPIC_BASE_URL: '{B}' } }),
    reaches: 'B',
    status: 'overridden',
    overrides: [inManaged('ANTHROPIC_BASE_URL')],
  },
  {
    title: 'a malformed managed file: Claude Code does not start',
    etc: { 'claude-code/managed-settings.json': '{ "env": ' },
    reaches: 'nowhere',
    says: 'could not be parsed',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['managed-settings.json'] }],
  },
  {
    title: 'a malformed managed drop-in: Claude Code does not start',
    etc: { 'claude-code/managed-settings.d/10-x.json': '{' },
    reaches: 'nowhere',
    says: 'could not be parsed',
    status: 'overridden',
    overrides: [{ source: 'managed', location: ['10-x.json'] }],
  },
  ...[{ forceLoginMethod: 'claudeai' }, { forceLoginOrgUUID: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa' }].map(
    (settings): OverrideRow => ({
      title: `managed ${Object.keys(settings)[0]}: Claude Code refuses any helper`,
      etc: managed(settings),
      reaches: 'nowhere',
      says: 'first-party login',
      status: 'overridden',
      overrides: [inManaged(Object.keys(settings)[0] ?? '')],
    }),
  ),
]

const COMMAND_LINE = "options on the client's own command line are in no file and no environment"

const commandLineRows: readonly OverrideRow[] = [
  {
    title: '--settings with another base URL',
    args: ['--settings', '{"env":{"ANTHROPIC_BASE_URL":"{B}"}}'],
    reaches: 'B',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--setting-sources project,local leaves the user file out',
    args: ['--setting-sources', 'project,local'],
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'connected',
    blind: COMMAND_LINE,
  },
  {
    title: '--setting-sources user leaves a redirecting project out',
    args: ['--setting-sources', 'user'],
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'overridden',
    overrides: [inProject('ANTHROPIC_BASE_URL')],
    blind: COMMAND_LINE,
  },
  {
    title: '--bare',
    args: ['--bare'],
    reaches: 'nowhere',
    says: 'Not logged in',
    status: 'connected',
    blind: COMMAND_LINE,
  },
]

/** Everything that competes with gate's settings in Claude Code 2.1.329 on Linux. */
export const claudeCodeRows: readonly OverrideRow[] = [
  ...environmentRows,
  ...cloudRows,
  ...userRows,
  ...projectRows,
  ...repositoryRows,
  ...encodingRows,
  ...managedRows,
  ...commandLineRows,
]
