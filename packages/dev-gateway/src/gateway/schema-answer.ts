import { asRecord } from './json-value.js'

const DEEPEST = 8
const MOST_ITEMS = 16

/**
 * A JSON text that fits a JSON Schema, with `text` in every free string: what a client gets that asked for structured output
 * (Codex and Claude Code do, for session titles). Covers what structured outputs allow: types, enums, unions, references.
 */
export function answerForSchema(schema: unknown, text: string): string {
  const root = asRecord(schema)
  return JSON.stringify(valueFor(root, root, text, DEEPEST))
}

function valueFor(
  schema: Record<string, unknown>,
  root: Record<string, unknown>,
  text: string,
  depth: number,
): unknown {
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return schema.enum[0]
  if (depth === 0) return null
  const inner = (other: unknown) => valueFor(asRecord(other), root, text, depth - 1)
  if (typeof schema.$ref === 'string') return inner(resolve(root, schema.$ref))
  const union = schema.anyOf ?? schema.oneOf
  if (Array.isArray(union)) return inner(union[0])

  switch ([schema.type].flat()[0]) {
    case 'object':
      return Object.fromEntries(
        Object.entries(asRecord(schema.properties)).map(([name, value]) => [name, inner(value)]),
      )
    case 'array':
      return Array.from({ length: Math.min(Number(schema.minItems) || 0, MOST_ITEMS) }, () => inner(schema.items))
    case 'integer':
    case 'number':
      return schema.minimum ?? 0
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return typeof schema.maxLength === 'number' ? text.slice(0, schema.maxLength) : text
  }
}

function resolve(root: Record<string, unknown>, reference: string): unknown {
  let found: unknown = root
  for (const key of reference.replace(/^#\/?/, '').split('/').filter(Boolean)) found = asRecord(found)[key]
  return found
}
