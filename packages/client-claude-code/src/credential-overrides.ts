import type { Override } from '@gate/core'
import type { ExpectedSettings } from './expected-settings.js'
import { type SettingsLayers, shellVariable } from './settings-layer.js'
import { isOn, variable } from './settings-layers.js'
import { knows } from './versions.js'

/** Everything that makes Claude Code send another credential than gate's token, or none. Pure. */
export function credentialOverrides(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  return [
    ...helperOverride(layers, expected),
    ...tokenVariables(layers),
    ...headerOverride(layers),
    ...switches(layers),
    ...forcedLogin(layers),
    ...harmlessVariables(layers),
  ]
}

/** Of managed settings a helper that is no text is skipped alone (2.1.329); other files are dropped for it. */
function helperOverride({ layers }: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const layer = layers.find(({ settings }) => typeof settings.apiKeyHelper === 'string')
  if (!layer || layer.source === 'user' || layer.settings.apiKeyHelper === expected.apiKeyHelper) return []
  const effect =
    layer.settings.apiKeyHelper === ''
      ? 'The helper is switched off, so Claude Code says it is not logged in.'
      : 'Claude Code runs this helper instead, and the gateway gets what it prints.'
  const { source, location } = layer
  return [{ source, location: `${location}: apiKeyHelper`, displaces: 'apiKeyHelper', effect, severity: 'override' }]
}

const TOKEN_VARIABLES = {
  ANTHROPIC_AUTH_TOKEN: 'The gateway gets this token as Authorization instead of the one of gate.',
  ANTHROPIC_API_KEY:
    "This key is sent to the gateway as X-Api-Key beside gate's token; a gateway that reads X-Api-Key first refuses it.",
} as const

function tokenVariables(layers: SettingsLayers): readonly Override[] {
  return Object.entries(TOKEN_VARIABLES).flatMap(([name, effect]) => {
    const found = variable(layers, name)
    if (!found?.value.trim()) return []
    return [{ source: found.source, location: found.location, displaces: 'credential', effect, severity: 'override' }]
  })
}

/** A custom header `Authorization` does not replace the helper's; `X-Api-Key` does (2.1.197 and 2.1.329). */
function headerOverride(layers: SettingsLayers): readonly Override[] {
  const found = variable(layers, 'ANTHROPIC_CUSTOM_HEADERS')
  if (!found || !/^\s*x-api-key\s*:/im.test(found.value)) return []
  const effect = "The X-Api-Key header set here is sent to the gateway instead of gate's token."
  return [{ source: found.source, location: found.location, displaces: 'credential', effect, severity: 'override' }]
}

function switches(layers: SettingsLayers): readonly Override[] {
  if (!knows(layers.version, 'startSwitches')) return []
  const rows = [
    {
      found: variable(layers, 'CLAUDE_CODE_SIMPLE'),
      effect: 'Claude Code starts in its bare mode, which runs no helper, and says it is not logged in.',
    },
    {
      // Settings cannot change this one and the next: an empty value in `env` does not hide them (2.1.329).
      found: shellVariable(layers, 'CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST'),
      effect: 'Claude Code ignores the helper and the base URL, because the program that starts it manages them.',
    },
    {
      found: shellVariable(layers, 'CLAUDE_CODE_RESTRICTED'),
      effect: 'Claude Code starts in its restricted mode, which runs no helper, and sends nothing.',
    },
  ]
  return rows.flatMap(({ found, effect }) => {
    // A project cannot switch to the bare mode: by then the start is over (2.1.329).
    if (!found || !isOn(found.value) || found.source === 'project' || found.source === 'local') return []
    return [{ source: found.source, location: found.location, displaces: 'credential', effect, severity: 'override' }]
  })
}

const LOGIN_METHODS: readonly unknown[] = ['claudeai', 'console', 'gateway']

/** Only administrators can force a login; in the other files the same keys do nothing (2.1.329). */
function forcedLogin(layers: SettingsLayers): readonly Override[] {
  if (!knows(layers.version, 'startSwitches')) return []
  return ['forceLoginMethod', 'forceLoginOrgUUID', 'forceLoginGatewayUrl'].flatMap((key) => {
    if (key === 'forceLoginGatewayUrl' && !knows(layers.version, 'gatewayLogin')) return []
    const layer = layers.layers.find(({ source, settings }) => source === 'managed' && settings[key] !== undefined)
    // An empty URL is skipped.
    if (
      !layer ||
      layer.settings[key] === '' ||
      (key === 'forceLoginMethod' && !LOGIN_METHODS.includes(layer.settings[key]))
    )
      return []
    const effect = 'Claude Code refuses to start with a helper, because the administrator demands another login.'
    const location = `${layer.location}: ${key}`
    return [{ source: layer.source, location, displaces: 'credential', effect, severity: 'override' }]
  })
}

function harmlessVariables(layers: SettingsLayers): readonly Override[] {
  return ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_PROFILE'].flatMap((name) => {
    const found = variable(layers, name)
    if (!found?.value) return []
    const effect = 'Nothing: the helper wins over this login.'
    return [{ source: found.source, location: found.location, displaces: 'nothing', effect, severity: 'info' }]
  })
}
