import type { RuntimeSettings } from './contract.js'

const DAY = 24 * 60 * 60

/** The defaults of everything that may change at run time. */
export const defaultSettings: Readonly<RuntimeSettings> = {
  answer: 'Answered by the gate dev gateway.',
  accessTokenLifetime: 3600,
  refreshTokenLifetime: 14 * DAY,
  rotationGrace: 0,
  tokenFormat: 'jwt',
  tokenBytes: 0,
  consent: 'approve',
  deviceInterval: undefined,
  deviceCodeLifetime: 600,
  dateSkew: 0,
  unknownPaths: '404',
  credentialBeforeMethod: true,
  redirect: undefined,
  rewriteTokenResponse: undefined,
  rewriteDiscovery: undefined,
}

/** Merges changes into the settings in place, after checking the numbers: the provider would only notice them mid-login. */
export function applySettings(settings: RuntimeSettings, changes: Partial<RuntimeSettings>): void {
  for (const key of ['accessTokenLifetime', 'refreshTokenLifetime', 'deviceCodeLifetime'] as const) {
    const value = changes[key]
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw new RangeError(`${key} must be a whole number of seconds, at least 1; got ${value}`)
    }
  }
  for (const key of Object.keys(defaultSettings) as (keyof RuntimeSettings)[]) {
    if (key in changes) Object.assign(settings, { [key]: changes[key] ?? defaultSettings[key] })
  }
}
