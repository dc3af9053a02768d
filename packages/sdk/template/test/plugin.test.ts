import { testClientPlugin } from '@gate/plugin-testkit'
import plugin from '../src/index.js'
import { plan } from '../src/plan.js'

testClientPlugin({
  plugin,
  plan,
  // What makes the client count as installed, per platform that it exists for.
  installations: {
    linux: { files: { '~/.local/bin/example': { content: '', mode: 0o755 } } },
    darwin: { files: { '~/.local/bin/example': { content: '', mode: 0o755 } } },
    win32: { files: { '~/.local/bin/example.exe': '' } },
  },
  // Machines as users have them. `~/` is the home directory.
  scenarios: [
    { name: 'no file' },
    { name: 'hand-formatted', files: { '~/.example/config.json': '{ "a" : 1,\n\t"llm": {} }' } },
    { name: 'linked', files: { '~/dotfiles/c.json': '{}', '~/.example/config.json': { link: '~/dotfiles/c.json' } } },
    { name: 'broken', files: { '~/.example/config.json': '{' }, refuses: 'file-unparsable', line: 1 },
  ],
  // How the client writes its file anew, if it does.
  rewrite: (text) => JSON.stringify(JSON.parse(text || '{}'), null, 2),
})
