const LOOKS_SECRET = /key|token|secret|passw|credential|auth|cookie/i

/**
 * A document of JSON in which what looks like a secret has become crosses of the same length, for a copy that a client is
 * asked about: every other character stays in its place. Values behind keys with such names, everything in `headers` and in
 * `environment` or `env`, and passwords in URLs. What refers to a variable or a file is left. Pure.
 */
export function blankSecrets(text: string): string {
  return text
    .replace(/("(?:headers|environment|env)"\s*:\s*)(\{[^{}]*\})/g, (_, head: string, table: string) => {
      return head + table.replace(/(:\s*)"((?:[^"\\]|\\.)*)"/g, (_all, colon, value) => `${colon}"${crosses(value)}"`)
    })
    .replace(/"((?:[^"\\]|\\.)*)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g, (all, key: string, colon: string, value: string) => {
      return LOOKS_SECRET.test(key) ? `"${key}"${colon}"${crosses(value)}"` : all
    })
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s/?#:@"]*:)([^\s/?#@"]*)@/gi, (_, head: string, password: string) => {
      return `${head}${'x'.repeat(password.length)}@`
    })
}

function crosses(value: string): string {
  return /^\{(?:env|file):/.test(value) ? value : 'x'.repeat(value.length)
}
