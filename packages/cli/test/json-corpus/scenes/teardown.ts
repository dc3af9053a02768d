import type { Scene } from '../scene.js'

const SETTINGS = '.claude/settings.json'

/** Giving files back: as they were, with changes of the user, and with everything that gate keeps. */
export const TEARDOWN: readonly Scene[] = [
  {
    name: 'teardown',
    async play({ machine, gateway, record, run, connection }) {
      await machine.write(SETTINGS, '{\n  "model": "sonnet",\n  "apiKeyHelper": "my-own-helper"\n}\n')
      await run(['setup', '--lazy', ...connection])
      await record('dry run', ['teardown', '--dry-run'])
      await record('one client', ['teardown', 'codex'])
      await record('all', ['teardown', '--all'])
      await run(['setup', '--lazy', '--client', 'claude-code'])
      const written = await machine.read(SETTINGS)
      const changed = written.replaceAll(gateway.url, 'https://mine.example.com')
      await machine.write(SETTINGS, changed)
      await record('with a change of the user', ['teardown'])
      await run(['setup', '--lazy', '--client', 'claude-code'])
      await machine.write(SETTINGS, changed)
      await record('with a change of the user and force', ['teardown', '--force'])
      await run(['setup', '--lazy'])
      await machine.write(SETTINGS, `${await machine.read(SETTINGS)}garbage`)
      await record('of a file that cannot be parsed', ['teardown'])
      await record('purge of a file that cannot be parsed', ['teardown', '--purge'])
    },
  },
  {
    name: 'purge',
    async play({ machine, record, run, connection }) {
      await run(['setup', ...connection])
      await record('dry run', ['teardown', '--purge', '--dry-run'])
      await record('refused while another client is configured', ['teardown', 'codex', '--purge'])
      await record('all', ['teardown', '--all', '--purge'])
      await record('status after it', ['status'])
      await run(['setup', ...connection])
      await machine.write('.config/gate/config.json', '{')
      await record('with a broken configuration', ['teardown', '--purge'])
    },
  },
]
