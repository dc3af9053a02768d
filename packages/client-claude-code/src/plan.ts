import type { Connection, Detection, Host, JsonEdit, OwnMark, Plan } from '@gate/core'
import { anthropicBaseUrl } from './base-url.js'
import { settingsExpectations } from './known-keys.js'
import { modelTiers } from './model-tiers.js'
import { settingsFile } from './paths.js'
import { commandLine } from './quoting.js'

/** The id of this client on gate's command line. */
export const CLIENT_ID = 'claude-code'

/** A helper that prints a fixed word. */
const NO_TOKEN = 'echo no-token-needed'

/**
 * What makes Claude Code use a connection: the helper and the base URL in one file, hence in one write, because the base
 * URL alone would send the user's claude.ai login to the gateway. Pure.
 *
 * No refresh interval is set: Claude Code asks the helper again after every 401 and every five minutes anyway.
 *
 * @throws GateError `invalid-config` for a helper that cannot be quoted, or a relative `CLAUDE_CONFIG_DIR`.
 */
export function plan(host: Host, connection: Connection, detection?: Pick<Detection, 'version'>): Plan {
  const file = settingsFile(host)
  const edit = (path: JsonEdit['path'], value: string, own: OwnMark): JsonEdit => ({
    kind: 'json',
    dialect: 'strict',
    file,
    path,
    value,
    own,
  })
  return {
    clientId: CLIENT_ID,
    edits: [
      edit(['apiKeyHelper'], apiKeyHelper(host, connection), { proofs: ['helper', { like: NO_TOKEN }] }),
      ...Object.entries(environment(connection)).map(([name, value]) => edit(['env', name], value, markOf(name))),
    ],
    expectations: settingsExpectations(file, detection?.version),
  }
}

/**
 * The base URL stands and falls with the helper: without it, the user's own login would go to the gateway. Models are
 * those of the gateway. What else is in `env` may be the user's, unless it says what gate would say.
 */
function markOf(name: string): OwnMark {
  const dependent = name === 'ANTHROPIC_BASE_URL' || name.startsWith('ANTHROPIC_DEFAULT_')
  return { proofs: [], beside: dependent ? { with: ['apiKeyHelper'] } : 'same' }
}

/**
 * The value of `apiKeyHelper`. A gateway that wants no token still gets a helper, one that prints a fixed word: without
 * any, Claude Code sends the user's own login or API key to the gateway (2.1.329). Pure.
 */
export function apiKeyHelper(host: Host, connection: Connection): string {
  if (connection.auth.kind === 'none') return NO_TOKEN
  const { command, args } = connection.helper
  return commandLine(host.platform, command, [...args, '--client', CLIENT_ID])
}

/** The variables that go into the `env` block. Pure. */
export function environment(connection: Connection): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {
    ANTHROPIC_BASE_URL: anthropicBaseUrl(connection),
    // Before 2.1.252 the helper's token also went to api.anthropic.com with telemetry and checks; this stops all of it.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL: '1',
  }
  if (connection.caFile !== undefined) variables.NODE_EXTRA_CA_CERTS = connection.caFile
  for (const [tier, id] of modelTiers(connection.models).models) {
    variables[`ANTHROPIC_DEFAULT_${tier.toUpperCase()}_MODEL`] = id
  }
  const headers = Object.entries(connection.headers).map(([name, value]) => `${name}: ${value}`)
  // Instead of the user's own headers, not in addition to them: those may carry a credential for another gateway.
  if (headers.length > 0) variables.ANTHROPIC_CUSTOM_HEADERS = headers.join('\n')
  return variables
}
