import type { Scene } from '../scene.js'

/** A machine on which gate was never set up, and command lines that no command takes. */
export const NOTHING: readonly Scene[] = [
  {
    name: 'nothing-set-up',
    async play({ record, recordText }) {
      await record('status', ['status'])
      await record('status for scripts', ['status', '--exit-code'])
      await record('status with requests', ['status', '--live'])
      await record('list', ['list'])
      await record('plugins', ['plugins', 'list'])
      await record('doctor', ['doctor'])
      await record('configuration', ['config', 'show'])
      await record('one setting', ['config', 'get', 'gateway-url'])
      await record('unset', ['config', 'unset', 'audience'])
      await record('reset', ['config', 'reset'])
      await record('setup without a connection', ['setup'])
      await record('login', ['login'])
      await record('logout', ['logout'])
      await recordText('token', ['token'])
      await record('teardown', ['teardown'])
      await record('teardown of one client', ['teardown', 'codex'])
      await record('purge', ['teardown', '--purge'])
    },
  },
  {
    name: 'wrong-arguments',
    clients: ['claude'],
    async play({ record, recordText, connection, machine }) {
      await record('unknown command', ['nonsense'])
      await record('unknown flag', ['status', '--format', 'xml'])
      await record('unknown client of status', ['status', 'nobody'])
      await record('unknown client of setup', ['setup', '--lazy', ...connection, '--client', 'nobody'])
      await record('client of a plugin that is not installed', ['setup', '--lazy', ...connection, '--client', 'pi'])
      await record('client that is not installed', ['setup', '--lazy', ...connection, '--client', 'codex'])
      await record('names and --all', ['teardown', 'codex', '--all'])
      await record('unknown profile of status', ['status', '--profile', 'nobody'])
      await record('unknown profile of login', ['login', '--profile', 'nobody'])
      await record('impossible name of a profile', ['status', '--profile', '../x'])
      await record('flags that exclude each other', ['setup', '--device', '--skip-browser'])
      await record('API key and issuer', ['setup', '--api-key-stdin', '--issuer', 'https://login.example.com'])
      await record('option without a client', ['setup', '--option', 'auth=native'])
      await record('several wrong values', [
        ...['setup', '--gateway-url', 'http://llm.example.com', '--issuer', 'not-a-url', '--client-id', 'gate'],
        ...['--callback-port', '80'],
      ])
      await record('no such directory', ['status', '--cwd', machine.path('nowhere')])
      await record('unknown setting', ['config', 'set', 'nonsense', '1'])
      await recordText('unknown flag of token', ['token', '--nonsense'])
    },
  },
]
