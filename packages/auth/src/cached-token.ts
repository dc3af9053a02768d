/** Where to look and what the answer must be bound to. */
export interface CachedTokenQuery {
  /** `<config>/config.json`. */
  readonly configFile: string
  /** The cache directory of gate; tokens are in `tokens/<profile>.json` below it. */
  readonly cacheDirectory: string
  /** Profile name; undefined = the active one of the configuration. */
  readonly profile: string | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Effective user id; undefined on Windows, where owner and mode are not checked. */
  readonly uid: number | undefined
}

/** `token`: print it. Otherwise take the long way; `warning` says what was wrong with the file, when it matters. */
export type CachedTokenAnswer =
  | { readonly token: string; readonly expiresAt: number }
  | { readonly token: undefined; readonly warning?: string }

/**
 * The access token in the cache file, when it is fresh, ours, private, and bound to the configuration as it is now.
 * Synchronous, reads two small files and loads nothing but `node:fs`. Never throws.
 */
export declare function readCachedToken(query: CachedTokenQuery): CachedTokenAnswer
