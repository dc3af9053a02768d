import { installPlugin, pluginModule } from '../../../../sdk/test/harness/foreign-plugin.js'
import type { Scene } from '../scene.js'

/** Client plugins of others: good ones, and ones that cannot be used. */
export const PLUGINS: readonly Scene[] = [
  {
    name: 'plugins',
    clients: [],
    async play({ machine, record, connection }) {
      const inHome = { cwd: machine.home }
      await record('create', ['plugins', 'create', 'my-tool'], inHome)
      await record('create what exists', ['plugins', 'create', 'my-tool'], inHome)
      await record('create with a name that is none', ['plugins', 'create', 'Upper'], inHome)
      const directory = await installPlugin(machine.home, 'one', pluginModule('one'))
      await record('add a directory', ['plugins', 'add', './gate-client-one'], inHome)
      await record('list', ['plugins', 'list'])
      await record('setup', ['setup', '--lazy', ...connection])
      await record('status', ['status', 'one'])
      await record('remove', ['plugins', 'remove', directory])
      await record('add what is nowhere', ['plugins', 'add', './nothing'], inHome)
      await record('add a name that is none of a plugin', ['plugins', 'add', 'left-pad'])
      await record('add a client id of ours', ['plugins', 'add', 'opencode'])
      await record('add without a package manager', ['plugins', 'add', 'gate-client-one'])
      await record('remove what is not installed', ['plugins', 'remove', 'gate-client-one'])
    },
  },
  {
    name: 'plugins-broken',
    clients: ['codex'],
    async play({ machine, record, run, connection }) {
      const inHome = { cwd: machine.home }
      const directories = [
        await installPlugin(machine.home, 'thrower', 'throw new Error("cannot start today")\n'),
        await installPlugin(machine.home, 'newer', pluginModule('newer'), { apiVersion: 2 }),
        await installPlugin(
          machine.home,
          'liar',
          pluginModule('liar', {
            configure: 'async () => { throw new Error("no hands") }',
            status: 'async () => ({ state: "splendid" })',
          }),
        ),
        machine.path('gate-client-gone'),
      ]
      await record('add one that throws', ['plugins', 'add', './gate-client-thrower'], inHome)
      await record('add one for another contract', ['plugins', 'add', './gate-client-newer'], inHome)
      await run(['config', 'set', 'plugins', directories.join(',')])
      await record('list', ['plugins', 'list'])
      await record('clients', ['list'])
      await record('setup', ['setup', '--lazy', ...connection])
      await record('setup of one that throws', ['setup', '--lazy', '--client', 'thrower'])
      await record('status', ['status'])
      await record('doctor', ['doctor'])
      await record('teardown', ['teardown'])
      await record('remove one that throws', ['plugins', 'remove', 'gate-client-thrower'])
    },
  },
]
