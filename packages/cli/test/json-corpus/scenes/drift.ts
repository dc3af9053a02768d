import { rm } from 'node:fs/promises'
import type { Scene } from '../scene.js'

const SETTINGS = '.claude/settings.json'
const CODEX = '.codex/config.toml'

/** Files and helpers that somebody changed after the setup, and a gateway that moved. */
export const DRIFT: readonly Scene[] = [
  {
    name: 'changed-by-hand',
    async play({ machine, gateway, record, run, connection }) {
      await run(['setup', ...connection])
      const written = await machine.read(SETTINGS)
      await machine.write(SETTINGS, written.replaceAll(gateway.url, 'https://elsewhere.example.com'))
      await machine.write(CODEX, `model = "mine"\n${await machine.read(CODEX)}`)
      await record('status', ['status'])
      await record('doctor', ['doctor'])
      await record('dry run', ['setup', '--dry-run'])
      await record('setup', ['setup'])
      await rm(machine.path(CODEX))
      await record('status without the file', ['status', 'codex'])
      await machine.write(SETTINGS, `${written}garbage`)
      await record('status of a file that cannot be parsed', ['status', 'claude-code'])
      await record('setup of a file that cannot be parsed', ['setup'])
      await record('setup of that client alone', ['setup', '--client', 'claude-code'])
    },
  },
  {
    name: 'helper-removed',
    async play({ machine, gateway, record, run, connection }) {
      await run(['setup', ...connection])
      await rm(machine.path(machine.helper(gateway.url)))
      await record('status', ['status', 'codex', 'claude-code'])
      await record('doctor', ['doctor'])
    },
  },
  {
    name: 'gateway-moved',
    async play({ gateway, record, recordText, run, connection, startGateway }) {
      await run(['setup', ...connection])
      const other = await startGateway('other gateway')
      const env = { BROWSER: other.browser }
      await record('another address', ['config', 'set', 'gateway-url', other.url])
      await record('status', ['status'])
      await recordText('token', ['token', '--skip-browser'])
      await record(
        'setup of one client',
        [
          ...['setup', '--client', 'claude-code', '--gateway-url', other.url],
          ...['--issuer', other.issuer, '--client-id', other.clientId],
        ],
        { env },
      )
      await record('status of the one left behind', ['status', 'codex'])
      await record('setup of the other', ['setup', '--client', 'codex'], { env })
      await run(['config', 'set', 'gateway-url', gateway.url])
      await run(['config', 'unset', 'issuer'])
      await record('status without an issuer', ['status', 'codex'])
    },
  },
]
