import { toml } from './plans.js'

/** A text of these lines, each ended. */
export const lines = (...all: string[]) => `${all.join('\n')}\n`

/** What gate writes for Codex: a key at the root, and a table. */
export const ROOT_KEY = toml(['model_provider'], 'gate')
export const TABLE = toml(['model_providers', 'gate'], {
  name: 'gate',
  base_url: 'https://gw/v1',
  auth: { command: '/g', args: ['--client', 'codex'] },
})
/** The table as it is written into an empty document. */
export const WRITTEN = lines(
  '[model_providers.gate]',
  'name = "gate"',
  'base_url = "https://gw/v1"',
  '',
  '[model_providers.gate.auth]',
  'command = "/g"',
  'args = ["--client", "codex"]',
)
