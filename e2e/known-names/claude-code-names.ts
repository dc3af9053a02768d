import { readFile } from 'node:fs/promises'

/** Names of settings that a version of Claude Code knows; the list began with all of 2.1.332. */
export interface ClaudeCodeNames {
  readonly environment: readonly string[]
  /** Keys at the root of `settings.json`. */
  readonly settings: readonly string[]
}

/**
 * The names that Claude Code knows and the list does not name. Its program carries its own source: the schema of the settings
 * stands in it as one object of functions, the names of variables as they are.
 *
 * @param program The native program, or the script of versions before 2.1.
 * @throws Error when there is no schema in it where it is looked for.
 */
export async function newClaudeCodeNames(program: string, listed: ClaudeCodeNames): Promise<ClaudeCodeNames> {
  const text = await readFile(program, 'latin1')
  return {
    environment: unlisted(environmentNames(text), listed.environment),
    settings: unlisted(settingsKeys(text, program), listed.settings),
  }
}

function unlisted(found: readonly string[], listed: readonly string[]): string[] {
  const known = new Set(listed)
  return [...new Set(found)].filter((name) => !known.has(name)).sort()
}

function environmentNames(text: string): string[] {
  return text.match(/(?<![A-Za-z0-9_])(?:ANTHROPIC|CLAUDE)_[A-Z0-9_]*[A-Z0-9](?![A-Za-z0-9_])/g) ?? []
}

/** The keys of the object that begins with `$schema`; those of the objects in it are deeper. */
function settingsKeys(text: string, program: string): string[] {
  // Other files have a schema as well.
  const start = text.search(/\{\$schema:\(\)=>[^{}]{0,200},apiKeyHelper:\(\)=>/)
  if (start < 0) throw new Error(`${program} holds no schema of the settings`)
  const keys: string[] = []
  let depth = 0
  const tokens = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`|[([{]|[)\]}]|([\w$]+):\(\)=>/y
  for (let at = start; at < text.length; ) {
    tokens.lastIndex = at
    const [token, key] = tokens.exec(text) ?? [undefined]
    if (token === undefined) {
      at++
      continue
    }
    at += token.length
    if (key !== undefined && depth === 1) keys.push(key)
    else if (/^[([{]$/.test(token)) depth++
    else if (/^[)\]}]$/.test(token)) depth--
    if (depth === 0) return keys
  }
  throw new Error(`the schema of the settings in ${program} has no end`)
}
