import { inProject, inUser, json, project, userEnv, userKey, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const SINCE = '2.1.332'
const counts = { reaches: 'A', status: 'connected' } as const

/** Spellings of the gateway's own base URL in a project. */
const BASE_URLS = ['{A}', '{A}/', '{A}//', ' {A} ', '{A}/.', '{A}/x/..']

const modelRows: readonly OverrideRow[] = [
  ...[
    'ANTHROPIC_MODEL',
    'ANTHROPIC_DEFAULT_MODEL',
    'ANTHROPIC_DEFAULT_OPUS_MODEL',
    'ANTHROPIC_SMALL_FAST_MODEL',
    'ANTHROPIC_CUSTOM_MODEL_OPTION',
    'CLAUDE_CODE_SUBAGENT_MODEL',
  ].flatMap((name): OverrideRow[] => [
    {
      title: `${name} in the user env block is named`,
      edit: userEnv({ [name]: 'mine' }),
      ...counts,
      infos: [inUser(name)],
    },
    {
      title: `shell ${name} is named`,
      env: { [name]: 'mine' },
      ...counts,
      infos: [{ source: 'environment', location: [name] }],
    },
  ]),
  ...[
    { model: 'mine' },
    { model: 'opus' },
    { modelOverrides: { 'claude-opus-5-5': 'mine' } },
    { availableModels: ['haiku'] },
    { fallbackModel: ['mine'] },
    { advisorModel: 'mine' },
  ].map(
    (settings): OverrideRow => ({
      title: `user ${JSON.stringify(settings)} is named`,
      edit: userKey(settings),
      ...counts,
      infos: [inUser(Object.keys(settings)[0] ?? '')],
    }),
  ),
  { title: 'project model is named', files: project({ model: 'mine' }), ...counts, infos: [inProject('model')] },
]

/** Variables of the user env block that only the shell can set, or that mean nothing. */
const NOT_FROM_SETTINGS = [
  'CLAUDE_CODE_HOST_AUTH_ENV_VAR',
  'CLAUDE_CODE_USE_GATEWAY',
  'CLAUDE_CODE_RESTRICTED',
  'CLAUDE_CODE_MANAGED_SETTINGS_PATH',
  'CLAUDE_CODE_REMOTE',
]

/** Variables of the shell that look as if they decided something. */
const POWERLESS: readonly Readonly<Record<string, string>>[] = [
  { CLAUDE_CODE_HOST_CREDS_FILE: '{root}/x', ANTHROPIC_BASE_URL: '{B}' },
  { CLAUDE_CODE_SDK_HAS_HOST_AUTH_REFRESH: '1', ANTHROPIC_BASE_URL: '{B}' },
  { CLAUDE_CODE_LAUNCHER_RUNS_API_KEY_HELPER: '1', ANTHROPIC_BASE_URL: '{B}' },
  { CLAUDE_CODE_USE_GATEWAY: '1', ANTHROPIC_BASE_URL: '{B}' },
  { ANTHROPIC_AWS_API_KEY: 'x' },
  { AWS_BEARER_TOKEN_BEDROCK: 'x' },
  { ANTHROPIC_FOUNDRY_API_KEY: 'x', ANTHROPIC_FOUNDRY_RESOURCE: 'r' },
  { CLAUDE_SECURESTORAGE_CONFIG_DIR: '{root}/empty' },
  { USE_LOCAL_OAUTH: '1' },
  { USE_STAGING_OAUTH: '1' },
  { CLAUDE_CODE_CUSTOM_OAUTH_URL: '{B}' },
  { CLAUDE_CODE_REMOTE: '1' },
  { CLAUDE_CODE_SESSION_ACCESS_TOKEN: 'x' },
  { CLAUDE_CODE_OAUTH_TOKEN_FILE_DESCRIPTOR: '9' },
  { CLAUDE_CODE_API_KEY_FILE_DESCRIPTOR: '9' },
  { CLAUDE_CODE_GATEWAY_TOKEN_FILE_DESCRIPTOR: '9' },
  { _CLAUDE_CODE_ASSUME_FIRST_PARTY_BASE_URL: '1' },
  { CLAUDECODE: '1' },
  { CLAUDE_CODE_SAFE_MODE: '1' },
  { CLAUDE_CODE_CLIENT_CERT: '/nonexistent', CLAUDE_CODE_CLIENT_KEY: '/nonexistent' },
  { CLAUDE_BG_GATEWAY_ROUTED: '1' },
  { CLAUDE_BG_AUTH_SNAPSHOT_PATH: '{root}/x' },
]

/** Settings of elsewhere that a variable of the shell might be thought to name. */
const ELSEWHERE = ['CLAUDE_CODE_MANAGED_SETTINGS_PATH', 'CLAUDE_CODE_REMOTE_SETTINGS_PATH'].map(
  (name): OverrideRow => ({
    title: `shell ${name} names settings that are not read`,
    env: { [name]: '{root}/elsewhere/settings.json' },
    files: { 'elsewhere/settings.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })) },
    ...counts,
  }),
)

/** Spellings of values, and what the program makes of them. */
export const valueRows: readonly OverrideRow[] = [
  ...BASE_URLS.map(
    (url): OverrideRow => ({
      title: `project env ANTHROPIC_BASE_URL=${JSON.stringify(url)}`,
      files: project(withEnv({ ANTHROPIC_BASE_URL: url })),
      ...counts,
    }),
  ),
  ...modelRows,
  ...NOT_FROM_SETTINGS.map(
    (name): OverrideRow => ({
      title: `${name} in the user env block decides nothing`,
      edit: userEnv({ [name]: '1' }),
      env: { ANTHROPIC_BASE_URL: '{B}' },
      ...counts,
    }),
  ),
  ...POWERLESS.map(
    (env): OverrideRow => ({ title: `shell ${Object.keys(env).join(' and ')}: no effect`, env, ...counts }),
  ),
  ...ELSEWHERE,
  {
    title: 'settings of a server that were kept are not used without its login',
    files: { 'home/.claude/remote-settings.json': json(withEnv({ ANTHROPIC_BASE_URL: '{B}' })) },
    ...counts,
  },
].map((row) => ({ ...row, since: SINCE }))
