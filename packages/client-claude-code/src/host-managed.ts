import type { Override } from '@gate/core'
import { isSameBaseUrl } from './base-url.js'
import type { ExpectedSettings } from './expected-settings.js'
import { type SettingsLayer, type SettingsLayers, shellVariable } from './settings-layer.js'

/** Programs that start Claude Code and bring the provider along (2.1.332). */
const MANAGING_STARTERS: readonly string[] = ['claude-desktop', 'claude-desktop-3p', 'local-agent']

/** True for a variable that says which provider is used, and with what credentials. Pure. */
export function isProviderVariable(name: string): boolean {
  return PROVIDER_VARIABLE.test(name)
}

/** The variable of the shell by which the program that starts Claude Code says that it manages the provider. Pure. */
export function managingVariable(shell: SettingsLayers['shell']): string | undefined {
  if (shell.CLAUDE_CODE_HOST_AUTH_ENV_VAR) return 'CLAUDE_CODE_HOST_AUTH_ENV_VAR'
  return MANAGING_STARTERS.includes(shell.CLAUDE_CODE_ENTRYPOINT ?? '') ? 'CLAUDE_CODE_ENTRYPOINT' : undefined
}

/**
 * Whether no settings file, not even the administrator's, can set this variable, because the program that starts Claude
 * Code manages the provider: with `CLAUDE_CODE_HOST_AUTH_ENV_VAR` none of the provider's, started by Claude Desktop none
 * that it sets itself (2.1.332). Settings cannot switch either on. Pure.
 */
export function isLeftToShell(shell: SettingsLayers['shell'], name: string): boolean {
  if (!PROVIDER_VARIABLE.test(name)) return false
  const managing = managingVariable(shell)
  return managing === 'CLAUDE_CODE_HOST_AUTH_ENV_VAR' || (managing !== undefined && shell[name] !== undefined)
}

/**
 * The settings that can set this variable: all of them, unless the program that starts Claude Code manages the provider.
 * Then none does, or for one that Claude Desktop leaves open the user's file alone, not even the administrator's. Pure.
 */
export function sourcesOf(shell: SettingsLayers['shell'], name: string): readonly SettingsLayer['source'][] {
  if (isLeftToShell(shell, name)) return []
  const isUsers =
    managingVariable(shell) === 'CLAUDE_CODE_ENTRYPOINT' &&
    name !== 'ANTHROPIC_CUSTOM_HEADERS' &&
    PROVIDER_VARIABLE.test(name)
  return isUsers ? ['user'] : ['managed', 'local', 'project', 'user']
}

const PROVIDER_VARIABLE =
  /^(?:ANTHROPIC_(?:API_KEY|AUTH_TOKEN|BASE_URL|CUSTOM_HEADERS|(?:DEFAULT_)?(?:[A-Z]+_)?MODEL|SMALL_FAST_MODEL|FOUNDRY_.+|AWS_.+|BEDROCK_.+|VERTEX_.+|GOOGLE_CLOUD_.+)|CLAUDE_CODE_(?:USE_.+|SKIP_.+_AUTH|OAUTH_TOKEN|(?:WORKFLOW_)?SUBAGENT_MODEL)|AWS_BEARER_TOKEN_BEDROCK)$/

/** Pure. */
export function managedByHost(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const managing = managingVariable(layers.shell)
  const baseUrl = shellVariable(layers, 'ANTHROPIC_BASE_URL')
  if (managing === undefined || !isLeftToShell(layers.shell, 'ANTHROPIC_BASE_URL')) return []
  if (baseUrl && isSameBaseUrl(baseUrl.value, expected.env.ANTHROPIC_BASE_URL ?? '')) return []
  const where = baseUrl?.value
    ? 'the base URL of the shell wins over the one of gate'
    : 'the vendor itself gets the requests'
  return [
    {
      source: 'environment',
      location: managing,
      displaces: 'endpoint',
      effect: `Claude Code ignores the base URL of every settings file, because the program that starts it manages the provider; ${where}.`,
      severity: 'override',
    },
  ]
}
