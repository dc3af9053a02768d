import { inEnvironment, inProject, project, userEnv, withEnv } from './claude-code-settings.ts'
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

export const cloudRows = CLOUDS.flatMap(({ name, env, authorization, apiKey }): OverrideRow[] => [
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
