import { readFileSync } from 'node:fs'
import { CANARY, testClientPlugin } from '@gate/plugin-testkit'
import claudeCode from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations } from './installations.js'

const SETTINGS = '~/.claude/settings.json'
const fixture = (name: string) => readFileSync(new URL(`__fixtures__/${name}.json`, import.meta.url), 'utf8')
const handFormatted = fixture('hand-formatted')

/** As Claude Code 2.1.329 writes it: two spaces, known keys first, the rest behind, a newline at the end. */
function rewrite(text: string): string {
  const settings = JSON.parse(text.replace(/^\uFEFF/, '').trim() || '{}') as Record<string, unknown>
  const known = [
    '$schema',
    'apiKeyHelper',
    'cleanupPeriodDays',
    'env',
    'includeCoAuthoredBy',
    'permissions',
    'model',
    'hooks',
  ]
  const keys = [
    ...known.filter((key) => key in settings),
    ...Object.keys(settings).filter((key) => !known.includes(key)),
  ]
  return `${JSON.stringify(Object.fromEntries(keys.map((key) => [key, settings[key]])), null, 2)}\n`
}

testClientPlugin({
  plugin: claudeCode,
  plan,
  installations,
  rewrite,
  scenarios: [
    { name: 'hand-formatted settings', files: { [SETTINGS]: handFormatted } },
    { name: 'no configuration directory' },
    { name: 'a configuration directory without settings', files: { '~/.claude/projects/p.jsonl': '{}\n' } },
    { name: 'empty file', files: { [SETTINGS]: '' } },
    { name: 'blank file', files: { [SETTINGS]: ' \n\n' } },
    { name: 'empty object', files: { [SETTINGS]: '{}' } },
    { name: 'one line', files: { [SETTINGS]: fixture('one-line').trimEnd() } },
    {
      name: 'S42 CRLF and tabs',
      files: { [SETTINGS]: handFormatted.replaceAll('\n', '\r\n').replaceAll('    ', '\t') },
    },
    { name: 'byte order mark', files: { [SETTINGS]: `\uFEFF${handFormatted}` } },
    { name: 'mode 0600', files: { [SETTINGS]: { content: handFormatted, mode: 0o600 } } },
    {
      name: 'linked into a dotfiles repository',
      files: {
        '~/dotfiles/claude/settings.json': handFormatted,
        '~/.claude/first-hop.json': { link: '../dotfiles/claude/settings.json' },
        [SETTINGS]: { link: 'first-hop.json' },
      },
    },
    {
      name: 'linked configuration directory',
      files: { '~/dotfiles/claude/settings.json': fixture('one-line'), '~/.claude': { link: '~/dotfiles/claude' } },
    },
    {
      name: "S117 the user's own helper and base URL",
      files: { [SETTINGS]: fixture('other-gateway') },
      thorough: true,
    },
    {
      name: 'CLAUDE_CONFIG_DIR with spaces and Unicode',
      env: { CLAUDE_CONFIG_DIR: '/home/user/my config ü' },
      files: { '/home/user/my config ü/settings.json': fixture('one-line') },
    },
    {
      name: 'secrets of the user beside ours',
      files: {
        [SETTINGS]: JSON.stringify({
          env: { MY_TOKEN: CANARY, ANTHROPIC_AUTH_TOKEN: CANARY },
          otelHeadersHelper: CANARY,
        }),
        '~/.claude/.credentials.json': `{"claudeAiOauth":{"accessToken":"${CANARY}"}}`,
        '~/.claude.json': `{"primaryApiKey":"${CANARY}"}`,
        '~/.claude/settings.local.json': `{"env":{"ANTHROPIC_API_KEY":"${CANARY}"},"apiKeyHelper":"echo ${CANARY}"}`,
      },
    },
    {
      name: 'models, headers and a CA file',
      connection: {
        models: [{ id: 'claude-opus-5' }, { id: 'corp/glm-5', tier: 'haiku' }],
        headers: { 'X-Team': 'core', 'X-Cost-Centre': '12' },
        caFile: '/etc/ca.pem',
      },
      files: { [SETTINGS]: fixture('other-gateway'), '/etc/ca.pem': 'PEM' },
    },
    { name: 'a gateway without sign-in', connection: { auth: { kind: 'none' } }, files: { [SETTINGS]: handFormatted } },
    { name: 'macOS, hand-formatted', platform: 'darwin', files: { [SETTINGS]: handFormatted } },
    {
      name: 'Windows, CRLF',
      platform: 'win32',
      files: { [SETTINGS]: fixture('other-gateway').replaceAll('\n', '\r\n') },
    },

    // Claude Code drops a file like these whole, so gate would be set up for nothing.
    {
      name: 'S39 comment',
      files: { [SETTINGS]: `{\n  // ${CANARY}\n  "env": {}\n}\n` },
      refuses: 'file-unparsable',
      line: 2,
    },
    { name: 'S39 trailing comma', files: { [SETTINGS]: '{\n  "env": {},\n}\n' }, refuses: 'file-unparsable', line: 3 },
    {
      name: 'S24 broken JSON',
      files: { [SETTINGS]: `{"env": {"TOKEN": "${CANARY}" "A": 1}}` },
      refuses: 'file-unparsable',
      line: 1,
    },
    { name: 'an array', files: { [SETTINGS]: '\n[]\n' }, refuses: 'file-wrong-shape', line: 2 },
    { name: 'env is text', files: { [SETTINGS]: '{\n  "env": "x"\n}' }, refuses: 'file-wrong-shape', line: 2 },
    { name: 'model is a number', files: { [SETTINGS]: '{\n\n  "model": 5\n}' }, refuses: 'file-wrong-shape', line: 3 },
    {
      name: 'permissions is text',
      files: { [SETTINGS]: '{ "permissions": "x" }' },
      refuses: 'file-wrong-shape',
      line: 1,
    },
    {
      name: 'apiKeyHelper is a number',
      files: { [SETTINGS]: '{ "apiKeyHelper": 42 }' },
      refuses: 'file-wrong-shape',
      line: 1,
    },
    {
      name: 'cleanupPeriodDays is text',
      files: { [SETTINGS]: '{ "cleanupPeriodDays": "many" }' },
      refuses: 'file-wrong-shape',
      line: 1,
    },
    {
      name: 'a hook is text',
      files: { [SETTINGS]: '{ "hooks": {\n "PreToolUse": "x" } }' },
      refuses: 'file-wrong-shape',
      line: 2,
    },
    { name: 'dangling link', files: { [SETTINGS]: { link: '/nowhere/settings.json' } }, refuses: 'file-dangling-link' },
    { name: 'directory in its place', files: { [SETTINGS]: { directory: true } }, refuses: 'file-not-regular' },
    { name: 'read-only file', files: { [SETTINGS]: { content: '{}', mode: 0o444 } }, refuses: 'file-read-only' },
    { name: 'relative CLAUDE_CONFIG_DIR', env: { CLAUDE_CONFIG_DIR: 'config' }, refuses: 'invalid-config' },
    { name: 'empty CLAUDE_CONFIG_DIR', env: { CLAUDE_CONFIG_DIR: '' }, refuses: 'invalid-config' },
    {
      name: 'S59 helper path that is not absolute',
      connection: { helper: { command: 'gate-token', args: [] } },
      refuses: 'invalid-config',
    },
    {
      name: 'helper path that cmd.exe cannot quote',
      platform: 'win32',
      connection: { helper: { command: 'C:\\R&D\\gate-token.cmd', args: [] } },
      refuses: 'invalid-config',
    },
  ],
})
