import type { Scene } from '../scene.js'

/** Two profiles, each with a client. */
export const PROFILES: readonly Scene[] = [
  {
    name: 'profiles',
    async play({ record, recordText, run, connection }) {
      await run(['setup', ...connection, '--client', 'codex'])
      await record('setup of a second', [
        'setup',
        '--lazy',
        ...connection,
        '--client',
        'claude-code',
        '--profile',
        'work',
      ])
      await record('status', ['status'])
      await record('status of the first', ['status', '--profile', 'default'])
      await record('status with requests', ['status', 'codex', 'claude-code', '--live'])
      await recordText('token', ['token', '--skip-browser'])
      await recordText('token of the first', ['token', '--profile', 'default'])
      await record('setup of all for the second', ['setup', '--profile', 'work'])
      await record('purge of one client', ['teardown', 'codex', '--purge'])
      await record('purge', ['teardown', '--all', '--purge'])
    },
  },
]
