import { inEnvironment, inManaged, managed, project, userEnv, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

/** With this variable no settings file sets anything of the provider. */
const HOST = 'CLAUDE_CODE_HOST_AUTH_ENV_VAR'
const toA = { [HOST]: 'X', ANTHROPIC_BASE_URL: '{A}' }
const toB = { [HOST]: 'X', ANTHROPIC_BASE_URL: '{B}' }
const SINCE = '2.1.332'

const hostVariableRows: readonly OverrideRow[] = [
  {
    title: `shell ${HOST} without a base URL: the vendor itself`,
    env: { [HOST]: 'X' },
    reaches: 'nowhere',
    says: 'reach the API server',
    status: 'overridden',
    overrides: [inEnvironment(HOST)],
  },
  {
    title: `shell ${HOST} with another base URL`,
    env: toB,
    reaches: 'B',
    status: 'overridden',
    overrides: [inEnvironment(HOST)],
  },
  {
    title: `shell ${HOST}, which names the token of the shell`,
    env: { ...toB, [HOST]: 'ANTHROPIC_AUTH_TOKEN', ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    reaches: 'B',
    authorization: 'Bearer shell-token',
    status: 'overridden',
    overrides: [inEnvironment(HOST), inEnvironment('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: `shell ${HOST} with the gateway's own base URL`,
    env: toA,
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST} empty`,
    env: { ...toB, [HOST]: '' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: managed settings cannot redirect`,
    env: toA,
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: managed settings cannot lead back either`,
    env: toB,
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inEnvironment(HOST)],
  },
  {
    title: `shell ${HOST}: a project cannot redirect`,
    env: toA,
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: a token in the user env block does not count`,
    env: toA,
    edit: userEnv({ ANTHROPIC_AUTH_TOKEN: 'file-token' }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: headers in the user env block do not count`,
    env: toA,
    edit: userEnv({ ANTHROPIC_CUSTOM_HEADERS: 'X-Api-Key: file-key' }),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: a project cannot switch to a cloud`,
    env: toA,
    files: project(withEnv({ CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${HOST}: the user env block cannot neutralise a token of the shell`,
    env: { ...toA, ANTHROPIC_AUTH_TOKEN: 'shell-token' },
    edit: userEnv({ ANTHROPIC_AUTH_TOKEN: '' }),
    reaches: 'A',
    authorization: 'Bearer shell-token',
    status: 'overridden',
    overrides: [inEnvironment('ANTHROPIC_AUTH_TOKEN')],
  },
  {
    title: `shell ${HOST}: a proxy in the user env block counts all the same`,
    env: toA,
    edit: userEnv({ HTTP_PROXY: '{B}' }),
    reaches: 'B',
    status: 'overridden',
    overrides: [{ source: 'user', location: ['HTTP_PROXY'] }],
  },
]

const ENTRY = 'CLAUDE_CODE_ENTRYPOINT'

const starterRows: readonly OverrideRow[] = [
  ...['claude-desktop', 'claude-desktop-3p', 'local-agent'].flatMap((starter): OverrideRow[] => [
    {
      title: `shell ${ENTRY}=${starter} with another base URL`,
      env: { [ENTRY]: starter, ANTHROPIC_BASE_URL: '{B}' },
      reaches: 'B',
      status: 'overridden',
      overrides: [inEnvironment(ENTRY)],
    },
    {
      title: `shell ${ENTRY}=${starter} with the gateway's own base URL`,
      env: { [ENTRY]: starter, ANTHROPIC_BASE_URL: '{A}' },
      reaches: 'A',
      status: 'connected',
    },
  ]),
  {
    title: `shell ${ENTRY}=claude-desktop without a base URL: the file's counts`,
    env: { [ENTRY]: 'claude-desktop' },
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${ENTRY}=claude-desktop: managed settings cannot lead back`,
    env: { [ENTRY]: 'claude-desktop', ANTHROPIC_BASE_URL: '{B}' },
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inEnvironment(ENTRY)],
  },
  {
    title: `shell ${ENTRY}=claude-desktop: a project cannot lead back`,
    env: { [ENTRY]: 'claude-desktop', ANTHROPIC_BASE_URL: '{B}' },
    files: project(withEnv({ ANTHROPIC_BASE_URL: '{A}' })),
    reaches: 'B',
    status: 'overridden',
    overrides: [inEnvironment(ENTRY)],
  },
  {
    title: `shell ${ENTRY}=claude-desktop: managed settings cannot redirect what the shell sets`,
    env: { [ENTRY]: 'claude-desktop', ANTHROPIC_BASE_URL: '{A}' },
    etc: managed(withEnv({ ANTHROPIC_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${ENTRY}=claude-desktop: a token in the user env block counts`,
    env: { [ENTRY]: 'claude-desktop', ANTHROPIC_BASE_URL: '{A}' },
    edit: userEnv({ ANTHROPIC_AUTH_TOKEN: 'file-token' }),
    reaches: 'A',
    authorization: 'Bearer file-token',
    status: 'overridden',
    overrides: [{ source: 'user', location: ['ANTHROPIC_AUTH_TOKEN'] }],
  },
  ...['{A}', '{B}'].flatMap((url): OverrideRow[] => [
    {
      title: `shell ${ENTRY}=claude-desktop: a managed base URL ${url} does not count`,
      env: { [ENTRY]: 'claude-desktop' },
      etc: managed(withEnv({ ANTHROPIC_BASE_URL: url })),
      reaches: 'A',
      status: 'connected',
    },
    {
      title: `shell ${ENTRY}=claude-desktop: a base URL ${url} of a project does not count`,
      env: { [ENTRY]: 'claude-desktop' },
      files: project(withEnv({ ANTHROPIC_BASE_URL: url })),
      reaches: 'A',
      status: 'connected',
    },
  ]),
  {
    title: `shell ${ENTRY}=claude-desktop: a managed token does not count`,
    env: { [ENTRY]: 'claude-desktop' },
    etc: managed(withEnv({ ANTHROPIC_AUTH_TOKEN: 'managed-token' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${ENTRY}=claude-desktop: a project cannot switch to a cloud`,
    env: { [ENTRY]: 'claude-desktop' },
    files: project(withEnv({ CLAUDE_CODE_USE_BEDROCK: '1', ANTHROPIC_BEDROCK_BASE_URL: '{B}' })),
    reaches: 'A',
    status: 'connected',
  },
  {
    title: `shell ${ENTRY}=claude-desktop: managed headers count`,
    env: { [ENTRY]: 'claude-desktop' },
    etc: managed(withEnv({ ANTHROPIC_CUSTOM_HEADERS: 'X-Api-Key: managed-key' })),
    reaches: 'A',
    apiKey: 'managed-key',
    status: 'overridden',
    overrides: [inManaged('ANTHROPIC_CUSTOM_HEADERS')],
  },
  ...[
    'claude-vscode',
    'sdk-ts',
    'sdk-py',
    'sdk-cli',
    'mcp',
    'remote',
    'claude-code-github-action',
    'cli',
    'cowork',
  ].map(
    (starter): OverrideRow => ({
      title: `shell ${ENTRY}=${starter} manages nothing`,
      env: { [ENTRY]: starter, ANTHROPIC_BASE_URL: '{B}' },
      reaches: 'A',
      status: 'connected',
    }),
  ),
  {
    title: `${ENTRY} in the user env block has no effect`,
    edit: userEnv({ [ENTRY]: 'claude-desktop' }),
    env: { ANTHROPIC_BASE_URL: '{B}' },
    reaches: 'A',
    status: 'connected',
  },
]

/** Programs that start Claude Code and manage its provider. Older versions differ in which of it they know. */
export const hostRows: readonly OverrideRow[] = [...hostVariableRows, ...starterRows].map((row) => ({
  ...row,
  since: SINCE,
}))
