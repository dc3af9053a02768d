import { readFileSync } from 'node:fs'
import { CANARY, testClientPlugin } from '@gate/plugin-testkit'
import opencode from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations } from './installations.js'

const CONFIG = '~/.config/opencode/opencode.jsonc'
const PLUGIN = '~/.config/opencode/plugin/gate.js'
const fixture = (name: string) => readFileSync(new URL(`__fixtures__/${name}.jsonc`, import.meta.url), 'utf8')
const handFormatted = fixture('hand-formatted')

testClientPlugin({
  plugin: opencode,
  plan,
  installations,
  scenarios: [
    { name: 'hand-formatted', files: { [CONFIG]: handFormatted } },
    { name: 'no configuration directory' },
    { name: 'a configuration directory without a file', files: { '~/.config/opencode/AGENTS.md': '# mine\n' } },
    { name: 'plugins of the user', files: { '~/.config/opencode/plugin/mine.js': 'export default () => ({})\n' } },
    { name: 'empty file', files: { [CONFIG]: '' } },
    { name: 'blank file', files: { [CONFIG]: '\n \n' } },
    { name: 'as OpenCode makes it', files: { [CONFIG]: '{\n  "$schema": "https://opencode.ai/config.json"\n}' } },
    { name: 'opencode.json alone', files: { '~/.config/opencode/opencode.json': fixture('other-provider') } },
    { name: 'CRLF', files: { [CONFIG]: handFormatted.replaceAll('\n', '\r\n') } },
    { name: 'byte order mark', files: { [CONFIG]: `\uFEFF${fixture('other-provider')}` } },
    { name: 'mode 0600', files: { [CONFIG]: { content: handFormatted, mode: 0o600 } } },
    {
      name: 'linked into a dotfiles repository',
      files: { '~/dotfiles/opencode.jsonc': handFormatted, [CONFIG]: { link: '../../dotfiles/opencode.jsonc' } },
    },
    {
      name: "S39 S117 the user's own provider, models and schema",
      files: { [CONFIG]: fixture('other-provider').replace('{', '{\n  "$schema": "./mine.json",') },
      thorough: true,
    },
    {
      name: 'models of the connection',
      connection: {
        models: [{ id: 'claude-opus-5', contextWindow: 200_000 }, { id: 'corp/gpt-6' }],
        headers: { 'X-Team': 'core "a"' },
      },
      files: { [CONFIG]: fixture('other-provider') },
    },
    { name: 'a gateway without sign-in', connection: { auth: { kind: 'none' } }, files: { [CONFIG]: handFormatted } },
    {
      name: 'XDG_CONFIG_HOME',
      env: { XDG_CONFIG_HOME: '/srv/my config' },
      files: { '/srv/my config/opencode/opencode.jsonc': handFormatted },
    },
    {
      name: 'secrets of the user beside ours',
      files: {
        [CONFIG]: `{"provider":{"x":{"options":{"apiKey":"${CANARY}"}}},"mcp":{"a":{"type":"remote","url":"http://127.0.0.1:1","headers":{"k":"${CANARY}"}}}}`,
        '~/.local/share/opencode/auth.json': `{"anthropic":{"type":"api","key":"${CANARY}"},"https://x":{"type":"wellknown","key":"K","token":"${CANARY}"}}`,
        '~/opencode.json': `{"provider":{"gate":{"options":{"apiKey":"${CANARY}"}}},"plugin":["x"]}`,
      },
    },
    { name: 'macOS, hand-formatted', platform: 'darwin', files: { [CONFIG]: handFormatted } },
    {
      name: 'Windows, CRLF',
      platform: 'win32',
      files: { [CONFIG]: fixture('other-provider').replaceAll('\n', '\r\n') },
    },

    // OpenCode does not start with files like these.
    {
      name: 'S24 broken JSONC',
      files: { [CONFIG]: `{\n  "model": "x",\n  TOKEN = ${CANARY}\n}\n` },
      refuses: 'file-unparsable',
      line: 3,
    },
    { name: 'a list at the top', files: { [CONFIG]: '[]' }, refuses: 'file-wrong-shape', line: 1 },
    { name: 'model is a number', files: { [CONFIG]: '{\n  "model": 5\n}' }, refuses: 'file-wrong-shape', line: 2 },
    { name: 'provider is a list', files: { [CONFIG]: '{"provider": []}' }, refuses: 'file-wrong-shape', line: 1 },
    {
      name: "somebody else's gate.js",
      files: { [PLUGIN]: 'export default () => ({})\n' },
      refuses: 'file-foreign-value',
    },
    { name: 'dangling link', files: { [CONFIG]: { link: '/nowhere/opencode.jsonc' } }, refuses: 'file-dangling-link' },
    { name: 'directory in its place', files: { [CONFIG]: { directory: true } }, refuses: 'file-not-regular' },
    { name: 'read-only file', files: { [CONFIG]: { content: '{}', mode: 0o444 } }, refuses: 'file-read-only' },
    {
      name: 'helper path that is not absolute',
      connection: { helper: { command: 'gate-token', args: [] } },
      refuses: 'invalid-config',
    },
  ],
})
