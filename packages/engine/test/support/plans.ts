import type { Edit, Plan } from '@gate/core'
import type { Sandbox } from './sandbox.js'

/** A plan as the client plugins make them: keys in a JSON file, keys and a table in a TOML file, and a file of its own. */
export function twoFilesAndAShim(sandbox: Sandbox, gateway = 'https://gateway.example.com'): Plan {
  const settings = sandbox.path('.claude', 'settings.json')
  const config = sandbox.path('.codex', 'config.toml')
  return {
    clientId: 'demo',
    edits: [
      json(settings, ['apiKeyHelper'], "'/opt/shim' --client demo"),
      json(settings, ['env', 'ANTHROPIC_BASE_URL'], gateway),
      { kind: 'toml', file: config, path: ['model_provider'], value: 'gate' },
      {
        kind: 'toml',
        file: config,
        path: ['model_providers', 'gate'],
        value: { name: 'gate', base_url: `${gateway}/v1`, auth: { command: '/opt/shim', args: ['--client', 'demo'] } },
      },
      {
        kind: 'file',
        file: sandbox.path('.demo', 'bin', 'shim'),
        content: `#!/bin/sh\necho ${gateway}\n`,
        mode: 0o755,
      },
    ],
  }
}

export function json(file: string, path: [string, ...string[]], value: string): Edit {
  return { kind: 'json', dialect: 'jsonc', file, path, value }
}

export function planOf(clientId: string, ...edits: Edit[]): Plan {
  return { clientId, edits }
}
