import { type CacheEntry, sameBinding } from './cache-entry.js'
import { configuredBinding } from './config-binding.js'

// A shell reads a byte at a time: beyond this, starting Node is hardly slower.
const MAX_CONFIG_BYTES = 8 * 1024
const MAX_TOKEN_LENGTH = 16 * 1024

/**
 * The text of `config.json` as it goes into the cache file beside a token, so that the shim can tell by comparing bytes
 * that the token belongs to the configuration of that moment. Pure.
 *
 * @param configText All of `config.json`; undefined when it could not be read.
 * @returns Undefined when the shim must not answer by itself: the token belongs to another connection than the text
 *   names, the setting `shimFastPath` is off, or the shim could not read what would be written.
 */
export function shellCopyOf(configText: string | undefined, entry: CacheEntry): string | undefined {
  if (configText === undefined || !configText.endsWith('\n')) return undefined
  if (Buffer.byteLength(configText) > MAX_CONFIG_BYTES || entry.token.length > MAX_TOKEN_LENGTH) return undefined
  // RFC 6750 section 2.1 (b64token): nothing that JSON or a shell would write in another way.
  if (!/^[A-Za-z0-9._~+/=-]+$/.test(entry.token)) return undefined
  // Cut to seconds by taking three digits away; 13 digits last until the year 2286.
  if (![entry.issuedAt, entry.refreshAt, entry.expiresAt].every((time) => /^[1-9]\d{12}$/.test(String(time)))) {
    return undefined
  }
  try {
    const configured = configuredBinding(configText, entry.binding.profile)
    return configured?.shimFastPath && sameBinding(configured.binding, entry.binding) ? configText : undefined
  } catch {
    return undefined
  }
}
