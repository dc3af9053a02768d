/** Names of settings whose values are usually secrets, in any file of any client. */
const SECRET_NAME =
  /(["']?[\w.-]*(?:token|secret|passw|passphrase|credential|authorization|bearer|cookie|private|(?:api|access|auth|signing|encryption)[_-]?key|[_-]key)[\w.-]*["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,;}\]]+)/gi

/** Tokens with a known shape: JWTs, and the prefixes of common vendors. */
const SECRET_SHAPE =
  /\b(?:eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?|(?:sk|pk|rk|gh[pousr]|xox[abps]|glpat|AIza)[-_]?[\w-]{12,})/g

const CREDENTIAL_IN_TEXT = /\b((?:bearer|basic)\s+|x-api-key\s*:\s*)([^\s"',;]+)/gi

const MASK = '•••'

/**
 * Hides what looks like a secret in text of a user's file before it is shown. A guess on purpose: showing a diff of
 * somebody's configuration must not put their keys on a screen or into a CI log.
 */
export function maskSecrets(text: string): string {
  return text
    .replace(CREDENTIAL_IN_TEXT, (_whole, scheme: string) => scheme + MASK)
    .replace(SECRET_NAME, (whole: string, name: string, value: string) =>
      keepsValue(name, value) ? whole : name + quoted(value),
    )
    .replace(SECRET_SHAPE, MASK)
    .replace(/[A-Za-z0-9_+=-]{24,}/g, (word: string) => (looksRandom(word) ? MASK : word))
}

/** Numbers, booleans, empty strings and paths to a helper are no secrets, whatever the key is called. */
function keepsValue(name: string, value: string): boolean {
  if (/helper/i.test(name)) return true
  return /^(?:\d+|true|false|null|\{|\[|""|'')/.test(value)
}

function quoted(value: string): string {
  const quote = /^["']/.exec(value)?.[0] ?? ''
  return `${quote}${MASK}${quote}`
}

/** Long words that mix upper case, lower case and digits; model ids and file names do not. */
function looksRandom(word: string): boolean {
  return /[a-z]/.test(word) && /[A-Z]/.test(word) && /\d/.test(word)
}
