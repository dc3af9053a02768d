import { CANARY, testClientPlugin } from '@gate/plugin-testkit'
import pi from '../src/index.js'
import { plan } from '../src/plan.js'
import { installations } from './installations.js'

const MODELS = '~/.pi/agent/models.json'
const SETTINGS = '~/.pi/agent/settings.json'

const settings = `{
	"lastChangelogVersion": "0.87.1",
	"theme":"dark",  "defaultProvider": "anthropic",
	"defaultModel": "claude-opus-4-8",
	"packages": [ "npm:pi-thing" ]
}
`
const models = `{
  // at home
  "providers": {
    "ollama": { "baseUrl": "http://localhost:11434/v1", "api": "openai-completions", "apiKey": "ollama",
      "models": [ {"id": "qwen2.5-coder:7b"}, ], // small
    },
  },
}
`

/** As pi 0.87.1 leaves settings.json when it remembers something, without that; it never writes models.json. */
function rewrite(text: string, path: string): string {
  if (!path.endsWith('settings.json')) return text
  return JSON.stringify(JSON.parse(text.replace(/^\uFEFF/, '').trim() || '{}'), null, 2)
}

testClientPlugin({
  plugin: pi,
  plan,
  installations,
  rewrite,
  scenarios: [
    { name: 'hand-formatted', files: { [MODELS]: models, [SETTINGS]: settings }, thorough: true },
    { name: 'no directory', thorough: true },
    { name: 'a directory without the files', files: { '~/.pi/agent/auth.json': '{}' } },
    { name: 'only settings', files: { [SETTINGS]: settings } },
    { name: 'only models', files: { [MODELS]: models } },
    { name: 'empty files', files: { [MODELS]: '', [SETTINGS]: '' } },
    { name: 'blank files', files: { [MODELS]: ' \n', [SETTINGS]: '\n\n' } },
    { name: 'empty objects', files: { [MODELS]: '{}', [SETTINGS]: '{ }\n' } },
    { name: 'no providers yet', files: { [MODELS]: '{"providers":{}}', [SETTINGS]: '{"theme":"dark"}' } },
    { name: 'one line', files: { [MODELS]: '{"providers":{"a":{"baseUrl":"https://a"}}}', [SETTINGS]: '{"a":1}' } },
    {
      name: 'CRLF',
      files: { [MODELS]: models.replaceAll('\n', '\r\n'), [SETTINGS]: settings.replaceAll('\n', '\r\n') },
    },
    { name: 'byte order mark', files: { [MODELS]: `\uFEFF${models}`, [SETTINGS]: `\uFEFF${settings}` } },
    {
      name: 'mode 0600',
      files: { [MODELS]: { content: models, mode: 0o600 }, [SETTINGS]: { content: settings, mode: 0o600 } },
    },
    {
      name: 'linked into a dotfiles repository',
      files: { '~/dotfiles/pi.json': settings, [SETTINGS]: { link: '../../dotfiles/pi.json' } },
    },
    { name: 'a schema and keys that pi does not know', files: { [MODELS]: '{"$schema":"x","providers":{},"more":1}' } },
    {
      name: 'models and headers of the connection',
      connection: {
        models: [{ id: 'corp/gpt-6', displayName: 'Six', contextWindow: 400_000 }, { id: 'claude-opus-5' }],
        headers: { 'X-Team': '!core "$A"' },
      },
      files: { [MODELS]: models, [SETTINGS]: settings },
    },
    { name: 'a gateway without sign-in', connection: { auth: { kind: 'none' } }, files: { [SETTINGS]: settings } },
    { name: 'an API key', connection: { auth: { kind: 'api-key' } }, files: { [SETTINGS]: settings } },
    {
      name: 'PI_CODING_AGENT_DIR',
      env: { PI_CODING_AGENT_DIR: '/srv/my pi' },
      files: { '/srv/my pi/settings.json': settings },
    },
    {
      name: 'relative PI_CODING_AGENT_DIR',
      env: { PI_CODING_AGENT_DIR: 'pi-here' },
      cwd: '/home/user/work',
      files: { '/home/user/work/pi-here/settings.json': settings },
    },
    {
      name: 'secrets of the user beside ours',
      files: {
        [MODELS]: `{"providers":{"mine":{"baseUrl":"https://x","apiKey":"${CANARY}","headers":{"a":"${CANARY}"}}}}`,
        [SETTINGS]: `{"httpProxy":"http://user:${CANARY}@proxy","defaultProvider":"mine"}`,
        '~/.pi/agent/auth.json': `{"anthropic":{"type":"api_key","key":"${CANARY}"},"gate":{"type":"api_key","key":"${CANARY}"}}`,
      },
    },
    { name: 'macOS', platform: 'darwin', files: { [MODELS]: models, [SETTINGS]: settings } },
    {
      name: 'Windows, CRLF',
      platform: 'win32',
      files: { [MODELS]: models.replaceAll('\n', '\r\n'), [SETTINGS]: settings.replaceAll('\n', '\r\n') },
    },

    // pi drops files like these as a whole.
    {
      name: 'comment in the settings',
      files: { [SETTINGS]: '{\n  // mine\n  "theme": "dark"\n}' },
      refuses: 'file-unparsable',
      line: 2,
    },
    {
      name: 'broken models',
      files: { [MODELS]: `{\n "providers": {\n  TOKEN ${CANARY}` },
      refuses: 'file-unparsable',
      line: 3,
    },
    { name: 'a list of settings', files: { [SETTINGS]: '[]' }, refuses: 'file-wrong-shape', line: 1 },
    {
      name: 'providers as a list',
      files: { [MODELS]: '{\n\n"providers": []}' },
      refuses: 'file-wrong-shape',
      line: 3,
    },
    {
      name: 'a key twice',
      files: { [SETTINGS]: '{\n"defaultModel": "a",\n"defaultModel": "b"}' },
      refuses: 'file-duplicate-key',
      line: 3,
    },

    // pi drops the whole file because of one value of another provider.
    {
      name: "a price that is a text, in another provider's model",
      files: {
        [MODELS]: '{"providers":{"x":{"models":[\n{"id":"m",\n"cost":{"input":"x"}}]}}}',
      },
      refuses: 'file-wrong-shape',
      line: 3,
    },
    {
      name: 'a block comment',
      files: { [MODELS]: '{\n"providers": {} /* none */\n}' },
      refuses: 'file-wrong-shape',
      line: 2,
    },

    // With these pi does not start.
    {
      name: 'a package that is a number',
      files: { [SETTINGS]: '{\n"packages": [\n"npm:x",\n1]}' },
      refuses: 'file-wrong-shape',
      line: 4,
    },
    { name: 'httpProxy as a number', files: { [SETTINGS]: '{"httpProxy": 5}' }, refuses: 'file-wrong-shape', line: 1 },
    {
      name: 'packages as an object',
      files: { [SETTINGS]: '{\n"packages": {}}' },
      refuses: 'file-wrong-shape',
      line: 2,
    },

    {
      name: "somebody else's provider called gate",
      files: { [MODELS]: '{"providers":{"gate":{"baseUrl":"https://mine.example","apiKey":"x"}}}' },
      refuses: 'file-foreign-value',
      line: 1,
    },
    { name: 'dangling link', files: { [SETTINGS]: { link: '/nowhere/pi.json' } }, refuses: 'file-dangling-link' },
    { name: 'directory in its place', files: { [MODELS]: { directory: true } }, refuses: 'file-not-regular' },
    { name: 'read-only file', files: { [MODELS]: { content: models, mode: 0o444 } }, refuses: 'file-read-only' },
    {
      name: 'helper path that is not absolute',
      connection: { helper: { command: 'gate-token', args: [] } },
      refuses: 'invalid-config',
    },
    {
      name: 'helper path on Windows that a shell would expand',
      platform: 'win32',
      connection: { helper: { command: 'C:\\Users\\%me%\\gate-token.cmd', args: [] } },
      refuses: 'invalid-config',
    },
  ],
})
