import { inUser, json, userEnv, userKey, withEnv } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const OAUTH_LOGIN = json({
  claudeAiOauth: {
    accessToken: 'sk-ant-oat01-x',
    refreshToken: 'sk-ant-ort01-x',
    expiresAt: 4_000_000_000_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  },
})

export const userRows: readonly OverrideRow[] = [
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
