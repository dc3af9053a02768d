import { after, before, CHATGPT_LOGIN, inEnvironment, inUser, OTHER, SELECT_OTHER } from './codex-row-parts.ts'
import type { OverrideRow } from './override-row.ts'

export const userRows: readonly OverrideRow[] = [
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
    on: { '0.120.0': { says: 'config profile `x` not found' } },
    edit: before('profile = "x"'),
    reaches: 'nowhere',
    says: 'no longer supported',
    status: 'overridden',
    overrides: [inUser('profile')],
  },
  {
    title: 'legacy profile key with its table of another provider',
    on: { '0.120.0': { reaches: 'B', authorization: 'Bearer other-token', says: '' } },
    edit: (text) => `profile = "x"\n${text}\n[profiles.x]\nmodel_provider = "other"\n${OTHER}`,
    reaches: 'nowhere',
    says: 'no longer supported',
    status: 'overridden',
    overrides: [inUser('profile')],
  },
  {
    title: 'legacy profile key with its table of ours',
    on: { '0.120.0': { reaches: 'A', says: '', status: 'connected', overrides: [] } },
    edit: (text) => `profile = "x"\n${text}\n[profiles.x]\nmodel_reasoning_effort = "low"\n`,
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

export const credentialRows: readonly OverrideRow[] = [
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

export const commandLineRows: readonly OverrideRow[] = [
  {
    title: '-p x overlays x.config.toml',
    on: { '0.120.0': { reaches: 'nowhere' } },
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
    since: '0.134.0',
    // The built-in provider would try the vendor for a long time; sent to the foreign server it ends at once.
    args: ['--ignore-user-config', '-c', 'openai_base_url="{B}/v1"'],
    reaches: 'B',
    authorization: 'absent',
    status: 'connected',
    blind: COMMAND_LINE,
  },
]
