import { type Host, isTable, type Table } from '@gate/core'
import { modelsFile } from './paths.js'

const STRINGS = ['name', 'baseUrl', 'apiKey', 'api', 'id'] as const

/**
 * Why pi drops `models.json` as a whole, gate's provider with it. It says so only in the window of an interactive session;
 * `pi -p` starts with another provider. Reads one file.
 *
 * @returns One sentence, or `undefined` when pi takes the file.
 */
export async function modelsFileProblem(host: Host): Promise<string | undefined> {
  const text = await host.fs.readFile(modelsFile(host), 'utf8').catch(() => undefined)
  return text === undefined ? undefined : whyDropped(text)
}

/**
 * The same for a text. pi removes line comments and trailing commas, parses strictly, and holds every provider against a
 * schema (0.87.1, `model-config.js`; of the schema the parts that are written by hand are looked at). Pure.
 */
export function whyDropped(text: string): string | undefined {
  let content: unknown
  try {
    content = JSON.parse(strictJson(text))
  } catch {
    return /\/\*/.test(strictJson(text))
      ? 'it holds a block comment, and pi understands only // comments'
      : 'it is not JSON'
  }
  if (!isTable(content)) return 'it is not an object'
  if (!isTable(content.providers)) return 'it has no object "providers"'
  for (const [id, provider] of Object.entries(content.providers)) {
    const wrong = wrongInProvider(provider)
    if (wrong !== undefined) return `providers.${id}${wrong} has the wrong type`
  }
  return undefined
}

/** Like pi: strings are kept as they are. */
function strictJson(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, '$1')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1')
}

function wrongInProvider(provider: unknown): string | undefined {
  if (!isTable(provider)) return ''
  const wrong = wrongKey(provider)
  if (wrong !== undefined) return wrong
  if (provider.authHeader !== undefined && typeof provider.authHeader !== 'boolean') return '.authHeader'
  if (provider.modelOverrides !== undefined && !isTable(provider.modelOverrides)) return '.modelOverrides'
  if (provider.models === undefined) return undefined
  if (!Array.isArray(provider.models)) return '.models'
  for (const [index, model] of provider.models.entries()) {
    if (!isTable(model) || typeof model.id !== 'string') return `.models.${index}`
    const inside = wrongKey(model) ?? wrongNumber(model)
    if (inside !== undefined) return `.models.${index}${inside}`
  }
  return undefined
}

function wrongKey(table: Table): string | undefined {
  const text = STRINGS.find((key) => table[key] !== undefined && (typeof table[key] !== 'string' || table[key] === ''))
  if (text !== undefined) return `.${text}`
  if (table.compat !== undefined && !isTable(table.compat)) return '.compat'
  const { headers } = table
  if (headers === undefined) return undefined
  const areTexts = isTable(headers) && Object.values(headers).every((value) => typeof value === 'string')
  return areTexts ? undefined : '.headers'
}

function wrongNumber(model: Table): string | undefined {
  const key = ['contextWindow', 'maxTokens'].find(
    (name) => model[name] !== undefined && typeof model[name] !== 'number',
  )
  return key === undefined ? undefined : `.${key}`
}
