import { type Host, isTable, type Override } from '@gate/core'
import { credentialsFile } from './paths.js'
import type { SettingsLayers } from './settings-layer.js'
import { knows } from './versions.js'

/**
 * A stored login that beats the helper: the one of a Claude apps gateway, while its certificate is trusted and it can
 * still be used (2.1.197, 2.1.332). A claude.ai login and an API key do not. Reads only. On macOS Claude Code keeps logins
 * in the keychain, where gate does not look.
 */
export async function storedLogins(host: Host, { version }: SettingsLayers): Promise<readonly Override[]> {
  const file = credentialsFile(host)
  const login = gatewayLogin(await readJson(host, file))
  if (login === undefined || !isUsable(host, login) || !knows(version, 'gatewayLogin')) return []
  return [
    {
      source: 'user',
      location: `${file}: enterpriseGateway`,
      displaces: 'endpoint',
      effect: `Claude Code is signed in to the gateway of ${login.host} itself and goes there; sign out of it with claude auth logout.`,
      severity: 'override',
    },
  ]
}

interface GatewayLogin {
  readonly host: string
  readonly isTrusted: boolean
  readonly expiresAt: number
  readonly isRenewable: boolean
}

function gatewayLogin(credentials: unknown): GatewayLogin | undefined {
  if (!isTable(credentials) || !isTable(credentials.enterpriseGateway)) return undefined
  const { url, expiresAt, idpRefreshToken } = credentials.enterpriseGateway
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return {
    host,
    isTrusted: isTable(credentials.gatewayTrust) && Boolean(credentials.gatewayTrust[host]),
    expiresAt: typeof expiresAt === 'number' ? expiresAt : Number.POSITIVE_INFINITY,
    isRenewable: Boolean(idpRefreshToken),
  }
}

function isUsable(host: Host, { isTrusted, expiresAt, isRenewable }: GatewayLogin): boolean {
  return isTrusted && (isRenewable || expiresAt > host.clock.now())
}

async function readJson(host: Host, file: string): Promise<unknown> {
  try {
    return JSON.parse(await host.fs.readFile(file, 'utf8'))
  } catch {
    return undefined
  }
}
