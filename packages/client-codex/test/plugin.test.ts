import { readFileSync } from 'node:fs'
import { CANARY, testClientPlugin } from '@gate/plugin-testkit'
import codex from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations } from './installations.js'

const CONFIG = '~/.codex/config.toml'
const fixture = (name: string) => readFileSync(new URL(`__fixtures__/${name}.toml`, import.meta.url), 'utf8')
const handFormatted = fixture('hand-formatted')

/** As Codex 0.169.0 leaves the file after `codex mcp add`: LF only, and a table of its own at the end. */
function rewrite(text: string): string {
  const own = '[mcp_servers.added]\ncommand = "x"'
  const lines = text.replaceAll('\r\n', '\n').trim()
  return lines.endsWith(own) ? `${lines}\n` : `${lines}\n\n${own}\n`.trimStart()
}

testClientPlugin({
  plugin: codex,
  plan,
  installations,
  rewrite,
  scenarios: [
    { name: 'hand-formatted', files: { [CONFIG]: handFormatted } },
    { name: 'no configuration directory' },
    { name: 'a configuration directory without a file', files: { '~/.codex/history.jsonl': '{}\n' } },
    { name: 'empty file', files: { [CONFIG]: '' } },
    { name: 'blank file', files: { [CONFIG]: '\n \n' } },
    { name: 'comments only', files: { [CONFIG]: '# nothing yet\n\n# really\n' } },
    { name: 'tables only', files: { [CONFIG]: '[tui]\nnotifications = true\n' } },
    { name: 'dotted and quoted keys', files: { [CONFIG]: fixture('dotted-keys') } },
    { name: 'CRLF', files: { [CONFIG]: handFormatted.replaceAll('\n', '\r\n') } },
    { name: 'byte order mark', files: { [CONFIG]: `\uFEFF${fixture('other-provider')}` } },
    { name: 'mode 0600', files: { [CONFIG]: { content: handFormatted, mode: 0o600 } } },
    {
      name: 'linked into a dotfiles repository',
      files: { '~/dotfiles/codex.toml': handFormatted, [CONFIG]: { link: '../dotfiles/codex.toml' } },
    },
    {
      name: "S59 S117 the user's own providers and choice of one",
      files: { [CONFIG]: fixture('other-provider') },
      thorough: true,
    },
    {
      name: 'a model of the connection',
      connection: { models: [{ id: 'claude-opus-5' }, { id: 'corp/gpt-6' }], headers: { 'X-Team': 'core "a"' } },
      files: { [CONFIG]: fixture('other-provider') },
    },
    { name: 'a gateway without sign-in', connection: { auth: { kind: 'none' } }, files: { [CONFIG]: handFormatted } },
    { name: 'CODEX_HOME', env: { CODEX_HOME: '/srv/my codex' }, files: { '/srv/my codex/config.toml': handFormatted } },
    {
      name: 'relative CODEX_HOME',
      env: { CODEX_HOME: 'codex-here' },
      cwd: '/home/user/work',
      files: { '/home/user/work/codex-here/config.toml': fixture('other-provider') },
    },
    {
      name: 'secrets of the user beside ours',
      files: {
        [CONFIG]: `[mcp_servers.a]\nurl = "https://x"\nbearer_token = "${CANARY}"\n\n[model_providers.b]\nname = "b"\nbase_url = "https://b"\nexperimental_bearer_token = "${CANARY}"\n`,
        '~/.codex/auth.json': `{"OPENAI_API_KEY":"${CANARY}","tokens":{"access_token":"${CANARY}"}}`,
        '~/.codex/work.config.toml': `model_provider = "b"\n[model_providers.b]\nexperimental_bearer_token = "${CANARY}"\n`,
      },
    },
    { name: 'macOS, hand-formatted', platform: 'darwin', files: { [CONFIG]: handFormatted } },
    {
      name: 'Windows, CRLF',
      platform: 'win32',
      files: { [CONFIG]: fixture('other-provider').replaceAll('\n', '\r\n') },
    },

    // Codex does not start with files like these.
    {
      name: 'broken TOML',
      files: { [CONFIG]: `model = "x"\nTOKEN = ${CANARY}\n` },
      refuses: 'file-unparsable',
      line: 2,
    },
    {
      name: 'a key twice',
      files: { [CONFIG]: 'model_provider = "a"\nmodel_provider = "b"\n' },
      refuses: 'file-duplicate-key',
      line: 2,
    },
    {
      name: 'S59 model_providers is not a table',
      files: { [CONFIG]: '\nmodel_providers = "x"\n' },
      refuses: 'file-wrong-shape',
      line: 2,
    },
    { name: 'model is a number', files: { [CONFIG]: 'model = 5\n' }, refuses: 'file-wrong-shape', line: 1 },
    {
      name: "somebody else's provider called gate",
      files: { [CONFIG]: '[model_providers.gate]\nname = "mine"\nbase_url = "https://mine.example/v1"\n' },
      refuses: 'file-foreign-value',
      line: 1,
    },
    { name: 'dangling link', files: { [CONFIG]: { link: '/nowhere/config.toml' } }, refuses: 'file-dangling-link' },
    { name: 'directory in its place', files: { [CONFIG]: { directory: true } }, refuses: 'file-not-regular' },
    { name: 'read-only file', files: { [CONFIG]: { content: handFormatted, mode: 0o444 } }, refuses: 'file-read-only' },
    {
      name: 'S59 helper path that is not absolute',
      connection: { helper: { command: 'gate-token', args: [] } },
      refuses: 'invalid-config',
    },
  ],
})
