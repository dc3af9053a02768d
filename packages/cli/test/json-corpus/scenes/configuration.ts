import { rm } from 'node:fs/promises'
import type { Scene } from '../scene.js'

const LOCKS = '.local/state/gate/locks'
const CONFIG = '.config/gate/config.json'

/** The configuration by itself: settings one by one, and files that cannot be used. */
export const CONFIGURATION: readonly Scene[] = [
  {
    name: 'configuration',
    async play({ record }) {
      await record('first setting', ['config', 'set', 'gateway-url', 'https://llm.example.com'])
      await record('incomplete', ['config', 'show'])
      await record('issuer', ['config', 'set', 'issuer', 'https://login.example.com'])
      await record('client id, by its name in the file', ['config', 'set', 'auth.clientId', 'gate'])
      await record('list', ['config', 'set', 'models', 'model-a, model-b'])
      await record('header', ['config', 'set', 'headers.X-Team', 'blue'])
      await record('option of a client', ['config', 'set', 'options.claude-desktop.auth', 'native'])
      await record('setting outside of the profile', ['config', 'set', 'shim-fast-path', 'off'])
      await record('everything', ['config', 'show'])
      await record('one setting', ['config', 'get', 'models'])
      await record('unset', ['config', 'unset', 'models'])
      await record('status', ['status', 'codex'])
      await record('refused address', ['config', 'set', 'gateway-url', 'http://llm.example.com'])
      await record('refused port', ['config', 'set', 'callback-port', '100'])
      await record('passphrase without a terminal', ['config', 'set', 'secret-store', 'file', '--passphrase'])
      await record('reset', ['config', 'reset'])
    },
  },
  {
    name: 'configuration-broken',
    async play({ machine, record, recordText, run, connection }) {
      await run(['setup', '--lazy', '--client', 'codex', ...connection])
      await machine.write(CONFIG, '{\n  "version": 1,\n  oops\n}\n')
      await record('configuration', ['config', 'show'])
      await record('status', ['status'])
      await record('list', ['list'])
      await record('plugins', ['plugins', 'list'])
      await record('doctor', ['doctor'])
      await record('setup', ['setup', '--lazy', ...connection])
      await recordText('token', ['token', '--skip-browser'])
      await record('reset', ['config', 'reset'])
      await record('reset with teardown', ['config', 'reset', '--teardown'])
      await rm(machine.path(LOCKS), { recursive: true })
      await machine.write(LOCKS, '')
      await record('change that cannot be locked', ['config', 'set', 'audience', 'llm'])
      await record('setup that cannot be locked', ['setup', '--lazy', ...connection])
      await rm(machine.path(LOCKS))
      await machine.write(CONFIG, '{ "version": 99 }\n')
      await record('of a newer gate', ['config', 'show'])
      await machine.write(
        CONFIG,
        '{ "version": 1, "activeProfile": "default", "profiles": { "default": { "gatewayUrl": 1 } } }\n',
      )
      await record('of a wrong type', ['status'])
    },
  },
]
