import { type JsonSchema, type JsonSchemas, schemaViolation } from '@gate/client-kit'
import type { FileExpectation, Table } from '@gate/core'
import type { FileFault } from './file-fault.js'

const text: JsonSchema = { type: 'string' }
const nothing: JsonSchema = { type: 'null' }
const textOrNothing: JsonSchema = { anyOf: [text, nothing] }
const list = (items: JsonSchema): JsonSchema => ({ anyOf: [{ type: 'array', items }, nothing] })
/** Letter by letter, a text is a list, too. */
const listOrText: JsonSchema = { anyOf: [{ type: 'array', items: text }, text, nothing] }
const milliseconds: JsonSchema = { anyOf: [{ type: 'number', minimum: 0 }, text] }
const source: JsonSchema = { anyOf: [text, { type: 'object', properties: { source: text }, required: ['source'] }] }

/**
 * Values of `settings.json` that end pi at its start, usually with a stack trace, or with its first request. pi holds this
 * file against no schema: each was tried with 1.6.0, see e2e/odd-values/pi-settings.ts. Everything else of a wrong type is
 * passed over.
 */
const SCHEMAS: JsonSchemas = {
  Settings: {
    type: 'object',
    properties: {
      enabledModels: {
        anyOf: [
          { type: 'array', items: text },
          text,
          nothing,
          { type: 'number' },
          { type: 'boolean' },
          { type: 'object' },
        ],
      },
      extensions: list(text),
      httpIdleTimeoutMs: milliseconds,
      httpProxy: textOrNothing,
      packages: { anyOf: [{ type: 'array', items: source }, text, nothing] },
      prompts: listOrText,
      sessionDir: textOrNothing,
      shellPath: textOrNothing,
      // An object is how older versions wrote it.
      skills: { anyOf: [listOrText, { type: 'object' }] },
      themes: listOrText,
      websocketConnectTimeoutMs: milliseconds,
    },
  },
}
const TIMEOUTS = ['httpIdleTimeoutMs', 'websocketConnectTimeoutMs']

/** The first value in settings that pi does not start with. Pure. */
export function settingsFault(content: Table): FileFault | undefined {
  const found = schemaViolation(content, SCHEMAS, 'Settings')
  if (found) {
    const { path, wanted } = found
    const place = path.join('.')
    return { why: wanted === undefined ? `it has no ${place}` : `${place} is not ${wanted}`, path }
  }
  const timeout = TIMEOUTS.find((key) => typeof content[key] === 'string' && !isTimeout(content[key]))
  if (timeout !== undefined) return { why: `${timeout} is neither a number nor "disabled"`, path: [timeout] }
  const { httpProxy } = content
  if (typeof httpProxy !== 'string' || httpProxy.trim() === '' || isProxy(httpProxy)) return undefined
  return { why: 'httpProxy is not the URL of a proxy', path: ['httpProxy'] }
}

/** Like pi (`http-dispatcher.js` of 1.6.0). */
function isTimeout(value: string): boolean {
  const trimmed = value.trim()
  if (trimmed.toLowerCase() === 'disabled') return true
  return trimmed !== '' && Number.isFinite(Number(trimmed)) && Number(trimmed) >= 0
}

/** Whether pi starts with a proxy of this name: its HTTP library takes URLs of these kinds alone (1.6.0). Pure. */
export function isProxy(value: string): boolean {
  const url = URL.canParse(value.trim()) ? new URL(value.trim()) : undefined
  return url !== undefined && /^(?:https?|socks5?):$/.test(url.protocol)
}

/** Shape checks of the two files, for keys at their roots. Pure. */
export function configExpectations(models: string, settings: string): readonly FileExpectation[] {
  return [
    { file: models, kind: 'json', path: ['providers'], types: ['object'] },
    ...Object.entries(SCHEMAS.Settings?.properties ?? {}).map(([key, schema]): FileExpectation => {
      return { file: settings, kind: 'json', path: [key], types: typesOf(schema) }
    }),
  ]
}

function typesOf({ type, anyOf = [] }: JsonSchema): FileExpectation['types'] {
  if (type === undefined) return anyOf.flatMap(typesOf)
  return [type === 'integer' ? 'number' : type]
}
