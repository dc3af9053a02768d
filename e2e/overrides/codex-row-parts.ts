import type { ExpectedOverride, RowDifference } from './override-row.ts'

/** A provider of somebody else: the foreign server, with a token of its own. */
export const OTHER = `
[model_providers.other]
name = "other"
base_url = "{B}/v1"
wire_api = "responses"
experimental_bearer_token = "other-token"
`
export const SELECT_OTHER = `model_provider = "other"\n${OTHER}`
export const GATE_AT_B = '[model_providers.gate]\nbase_url = "{B}/v1"\n'
export const GATE_IS_B = `
[model_providers.gate]
name = "gate"
base_url = "{B}/v1"
wire_api = "responses"
experimental_bearer_token = "other-token"
`

export const inManaged = (key: string): ExpectedOverride => ({
  source: 'managed',
  location: ['managed_config.toml', key],
})
export const inRequirements = (key: string): ExpectedOverride => ({
  source: 'managed',
  location: ['requirements.toml', key],
})
export const inSystem = (): ExpectedOverride => ({ source: 'system', location: ['/etc/codex/config.toml'] })
export const inEnvironment = (name: string): ExpectedOverride => ({ source: 'environment', location: [name] })
export const inProject = (key: string): ExpectedOverride => ({
  source: 'project',
  location: ['.codex/config.toml', key],
})
export const inUser = (key: string): ExpectedOverride => ({ source: 'user', location: ['config.toml', key] })

/** Until 0.155.0 providers in `requirements.toml` are passed over. */
const PASSED_OVER: RowDifference = {
  reaches: 'A',
  authorization: 'token',
  says: '',
  status: 'connected',
  overrides: [],
}
export const onOlder = (difference: RowDifference) => ({ '0.120.0': difference, '0.134.0': difference })
export const notRequired = onOlder(PASSED_OVER)

export const segment = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
export const chatGptToken = `${segment({ alg: 'none' })}.${segment({
  email: 'a@example.com',
  exp: 4_000_000_000,
  'https://api.openai.com/auth': { chatgpt_plan_type: 'plus', chatgpt_account_id: 'acc' },
})}.${segment({})}`
export const CHATGPT_LOGIN = JSON.stringify({
  auth_mode: 'chatgpt',
  OPENAI_API_KEY: null,
  tokens: { id_token: chatGptToken, access_token: chatGptToken, refresh_token: 'rt', account_id: 'acc' },
  last_refresh: '2099-01-01T00:00:00Z',
})

export const before = (line: string) => (text: string) => `${line}\n${text}`
export const after = (lines: string) => (text: string) => `${text}\n${lines}\n`

export const trust = (directory: string, level = 'trusted') => `[projects."${directory}"]\ntrust_level = "${level}"\n`
export const repository = (directory: string) => ({
  [`${directory}/HEAD`]: 'ref: refs/heads/main\n',
  [`${directory}/config`]: '[core]\n\trepositoryformatversion = 0\n',
  [`${directory}/objects/.keep`]: '',
  [`${directory}/refs/.keep`]: '',
})
export const refused = (says: string, ...overrides: ExpectedOverride[]) =>
  ({ reaches: 'nowhere', says, status: 'overridden', overrides }) as const
