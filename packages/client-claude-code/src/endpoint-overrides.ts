import { isTable, type Override } from '@gate/core'
import { isSameBaseUrl } from './base-url.js'
import type { ExpectedSettings } from './expected-settings.js'
import { isLeftToShell, managedByHost } from './host-managed.js'
import { isExempt } from './no-proxy.js'
import { type Located, type SettingsLayers, shellVariable } from './settings-layer.js'
import { isOn, variable } from './settings-layers.js'
import { knows } from './versions.js'

/** Everything that makes Claude Code talk to something else than the gateway, or in another way. Pure. */
export function endpointOverrides(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  return [
    ...managedByHost(layers, expected),
    ...displacedVariables(layers, expected),
    ...ignoredBaseUrl(layers, expected),
    ...otherProviders(layers),
    ...unixSocket(layers),
    ...proxy(layers, expected),
    ...certificateChecks(layers, expected),
    ...allowedProviders(layers, expected),
  ]
}

/** Variables of ours that a stronger `env` block sets to something else. */
function displacedVariables(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  return Object.entries(expected.env).flatMap(([name, value]) => {
    const found = variable(layers, name)
    const isStronger = found && found.source !== 'user' && found.source !== 'environment'
    if (!isStronger || isSame(name, found.value, value) || (isOn(value) && isOn(found.value))) return []
    const { displaces, effect } = displacement(name, found)
    const severity = isQuietOnly(name, layers.version) ? 'info' : 'override'
    return [{ source: found.source, location: found.location, displaces, effect, severity }]
  })
}

/** Whether a variable is about traffic that carries no token of gate: of newer versions none does. Pure. */
function isQuietOnly(name: string, version: string | undefined): boolean {
  if (name === 'CLAUDE_CODE_DISABLE_OFFICIAL_MARKETPLACE_AUTOINSTALL') return true
  return (
    name === 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC' &&
    version !== undefined &&
    knows(version, 'telemetryWithoutToken')
  )
}

function isSame(name: string, found: string, ours: string): boolean {
  return found === ours || (name === 'ANTHROPIC_BASE_URL' && isSameBaseUrl(found, ours))
}

function displacement(name: string, found: Located): Pick<Override, 'displaces' | 'effect'> {
  switch (name) {
    case 'ANTHROPIC_BASE_URL': {
      const isProject = found.source === 'project' || found.source === 'local'
      const untrusted = isProject ? ' With claude -p this happens in folders you never trusted, too.' : ''
      return {
        displaces: 'endpoint',
        effect: `Requests and gate's token go to ${originOf(found.value)} instead of the gateway.${untrusted}`,
      }
    }
    case 'ANTHROPIC_CUSTOM_HEADERS':
      return { displaces: 'headers', effect: 'These headers replace the ones of the connection.' }
    case 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC':
      return {
        displaces: 'credential',
        effect: "Telemetry is on; versions before 2.1.252 send gate's token to api.anthropic.com with it.",
      }
    case 'NODE_EXTRA_CA_CERTS':
      return { displaces: 'endpoint', effect: "The gateway's certificate is checked against another CA file." }
    default:
      return name.endsWith('_MODEL')
        ? { displaces: 'model', effect: 'Claude Code asks the gateway for another model.' }
        : { displaces: `env.${name}`, effect: 'The value that gate set does not apply.' }
  }
}

/** Where a URL points to, without anything in it that could be a secret. */
function originOf(url: string): string {
  return URL.canParse(url) && new URL(url).origin !== 'null' ? new URL(url).origin : 'another address'
}

function ignoredBaseUrl(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const found = shellVariable(layers, 'ANTHROPIC_BASE_URL')
  if (
    !found ||
    isSame('ANTHROPIC_BASE_URL', found.value, expected.env.ANTHROPIC_BASE_URL ?? '') ||
    isLeftToShell(layers.shell, found.location)
  )
    return []
  const effect = 'Nothing: the value in settings.json wins over the shell.'
  return [{ source: 'environment', location: found.location, displaces: 'nothing', effect, severity: 'info' }]
}

/** Variable, provider, and whether 2.0.34 knows it. */
const PROVIDERS = [
  ['CLAUDE_CODE_USE_BEDROCK', 'Amazon Bedrock', true],
  ['CLAUDE_CODE_USE_VERTEX', 'Google Vertex AI', true],
  ['CLAUDE_CODE_USE_FOUNDRY', 'Microsoft Foundry', false],
  ['CLAUDE_CODE_USE_ANTHROPIC_AWS', 'Claude on AWS', false],
  ['CLAUDE_CODE_USE_ANTHROPIC_GOOGLE_CLOUD', 'Claude on Google Cloud', false],
  ['CLAUDE_CODE_USE_MANTLE', 'Amazon Bedrock (Mantle)', false],
] as const

function otherProviders(layers: SettingsLayers): readonly Override[] {
  return PROVIDERS.flatMap(([name, provider, isOld]) => {
    const found = variable(layers, name)
    if (!found || !isOn(found.value) || !(isOld || knows(layers.version, 'newerClouds'))) return []
    const effect = `Claude Code talks to ${provider} directly; nothing reaches the gateway.`
    return [{ source: found.source, location: found.location, displaces: 'endpoint', effect, severity: 'override' }]
  })
}

/** Only the shell's value counts, and nothing in the settings hides it (2.1.329; up to 2.1.197 settings count, too). */
function unixSocket(layers: SettingsLayers): readonly Override[] {
  if (!knows(layers.version, 'startSwitches')) return []
  const read = knows(layers.version, 'shellSocketOnly') ? shellVariable : variable
  const found = read(layers, 'ANTHROPIC_UNIX_SOCKET')
  if (!found?.value) return []
  const effect = 'Claude Code sends its requests to this socket; nothing reaches the gateway.'
  return [{ source: found.source, location: found.location, displaces: 'endpoint', effect, severity: 'override' }]
}

const PROXY_VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']

/** An http gateway is on this machine; through a proxy the token would leave it, readable for everybody on the way. */
function proxy(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const gateway = expected.env.ANTHROPIC_BASE_URL
  if (!gateway?.startsWith('http://') || !URL.canParse(gateway)) return []
  const names = PROXY_VARIABLES.filter((name) => !/^all_/i.test(name) || knows(layers.version, 'allProxy'))
  const found = names
    .map((name) => ({ name, ...variable(layers, name) }))
    .find(
      // A SOCKS proxy for everything is left out; with another one requests fail.
      ({ name, value }) => value && !(/^all_/i.test(name) && /^socks/i.test(value)),
    )
  // The upper case counts only where the lower case is empty or absent.
  const noProxy = variable(layers, 'no_proxy')?.value || variable(layers, 'NO_PROXY')?.value
  const exempt = isExempt(noProxy ?? '', new URL(gateway))
  if (found?.source === undefined || exempt) return []
  const effect = `Requests and gate's token go to a proxy, unencrypted; add ${new URL(gateway).hostname} to NO_PROXY.`
  const { source, location = found.name } = found
  return [{ source, location, displaces: 'endpoint', effect, severity: 'override' }]
}

/** A repository that names a proxy, too, could read along; that of others is caught by the certificate check. */
function certificateChecks(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  if (!expected.env.ANTHROPIC_BASE_URL?.startsWith('https://')) return []
  const row = ({ source, location }: Located, effect: string): Override => ({
    source,
    location,
    displaces: 'endpoint',
    effect,
    severity: 'override',
  })
  const rows: Override[] = []
  const off = variable(layers, 'NODE_TLS_REJECT_UNAUTHORIZED')
  if (off?.value === '0') {
    rows.push(row(off, "The gateway's certificate is not checked, so anybody on the way can read gate's token."))
  }
  const ca = variable(layers, 'NODE_EXTRA_CA_CERTS')
  const isProjects = ca?.source === 'project' || ca?.source === 'local'
  if (ca?.value && isProjects && expected.env.NODE_EXTRA_CA_CERTS === undefined) {
    rows.push(row(ca, "The gateway's certificate may come from an authority that this project names."))
  }
  return rows
}

/** With this list a gateway is allowed only when the administrator's own `env` names it, too (2.1.329). */
function allowedProviders(layers: SettingsLayers, expected: ExpectedSettings): readonly Override[] {
  const layer = layers.layers.find(
    ({ source, settings }) => source === 'managed' && settings.allowedProviders !== undefined,
  )
  const allowed = layer?.settings.allowedProviders
  if (!layer || allowed === null) return []
  const isPinned = layers.layers.some(
    ({ source, settings }) =>
      source === 'managed' &&
      isTable(settings.env) &&
      settings.env.ANTHROPIC_BASE_URL === expected.env.ANTHROPIC_BASE_URL,
  )
  if (Array.isArray(allowed) && allowed.includes('customEndpoint') && isPinned) return []
  const location = `${layer.location}: allowedProviders`
  const effect = 'Claude Code refuses to start, because the administrator does not allow this gateway.'
  return [{ source: layer.source, location, displaces: 'endpoint', effect, severity: 'override' }]
}
