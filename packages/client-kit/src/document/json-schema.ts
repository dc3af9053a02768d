import { isTable, type Table } from '@gate/core'

/** The part of JSON Schema that the schemas of clients' configuration files are made of. */
export interface JsonSchema {
  readonly type?: 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  /** For keys that `properties` does not name. Absent: any value; clients pass over keys that they do not know. */
  readonly additionalProperties?: JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly pattern?: string
  /** Name of one of the schemas that come along. */
  readonly $ref?: string
}

/** Named schemas that refer to each other. */
export type JsonSchemas = Readonly<Record<string, JsonSchema>>

/** A value that a schema does not allow. */
export interface SchemaViolation {
  /** Keys and indices that lead to it; the last one may be a key that is missing. */
  readonly path: readonly string[]
  /** `undefined`: the key is missing. */
  readonly wanted: string | undefined
}

/**
 * The first value in a parsed document that its client's schema does not allow. Of alternatives that all fail, the one is
 * told that goes furthest into the document. Pure.
 *
 * @param name The schema among `schemas` that the document must be of.
 */
export function schemaViolation(document: unknown, schemas: JsonSchemas, name: string): SchemaViolation | undefined {
  return violation(document, { $ref: name }, [], schemas)
}

function violation(
  value: unknown,
  schema: JsonSchema,
  path: readonly string[],
  schemas: JsonSchemas,
): SchemaViolation | undefined {
  if (schema.$ref !== undefined) return violation(value, schemas[schema.$ref] ?? {}, path, schemas)
  const wrong = { path, wanted: describe(schema, schemas) }
  if (schema.type !== undefined && !hasType(value, schema.type)) return wrong
  if (schema.const !== undefined && value !== schema.const) return wrong
  if (schema.enum && !schema.enum.includes(value)) return wrong
  if (!isWithinLimits(value, schema)) return wrong
  if (schema.anyOf) {
    const failed: SchemaViolation[] = []
    for (const one of schema.anyOf) {
      const found = violation(value, one, path, schemas)
      if (!found) return undefined
      failed.push(found)
    }
    const [deepest] = failed.toSorted((a, b) => b.path.length - a.path.length)
    // Which of several kinds of object was meant, its own keys do not tell; of lists there is one kind.
    const far = Array.isArray(value) ? path.length : path.length + 1
    return deepest && deepest.path.length > far ? deepest : wrong
  }
  if (Array.isArray(value)) return inItems(value, schema, path, schemas)
  return isTable(value) ? inProperties(value, schema, path, schemas) : undefined
}

function inItems(
  items: readonly unknown[],
  { prefixItems = [], items: rest }: JsonSchema,
  path: readonly string[],
  schemas: JsonSchemas,
): SchemaViolation | undefined {
  for (const [index, item] of items.entries()) {
    const schema = prefixItems[index] ?? rest
    const found = schema && violation(item, schema, [...path, String(index)], schemas)
    if (found) return found
  }
  return undefined
}

function inProperties(
  table: Table,
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  path: readonly string[],
  schemas: JsonSchemas,
): SchemaViolation | undefined {
  const missing = required.find((key) => !Object.hasOwn(table, key))
  if (missing !== undefined) return { path: [...path, missing], wanted: undefined }
  for (const [key, value] of Object.entries(table)) {
    const schema = Object.hasOwn(properties, key) ? properties[key] : additionalProperties
    const found = schema && violation(value, schema, [...path, key], schemas)
    if (found) return found
  }
  return undefined
}

function hasType(value: unknown, type: NonNullable<JsonSchema['type']>): boolean {
  switch (type) {
    case 'null':
      return value === null
    case 'array':
      return Array.isArray(value)
    case 'object':
      return isTable(value)
    case 'integer':
      return Number.isInteger(value)
    case 'number':
      return Number.isFinite(value)
    case 'string':
    case 'boolean':
      return typeof value === type
  }
}

function isWithinLimits(value: unknown, schema: JsonSchema): boolean {
  if (Array.isArray(value)) {
    return value.length >= (schema.minItems ?? 0) && value.length <= (schema.maxItems ?? Number.POSITIVE_INFINITY)
  }
  if (typeof value === 'string') {
    return value.length >= (schema.minLength ?? 0) && (schema.pattern === undefined || matches(value, schema.pattern))
  }
  if (typeof value !== 'number') return true
  const { minimum, maximum, exclusiveMinimum } = schema
  return (
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum)
  )
}

function matches(value: string, pattern: string): boolean {
  return new RegExp(pattern, 'u').test(value)
}

/** What a schema allows, in a few words. */
function describe(schema: JsonSchema, schemas: JsonSchemas): string {
  if (schema.$ref !== undefined) return describe(schemas[schema.$ref] ?? {}, schemas)
  if (schema.anyOf) return [...new Set(schema.anyOf.map((one) => describe(one, schemas)))].join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((one) => JSON.stringify(one)).join(' | ')
  const limits = [
    schema.pattern === undefined ? [] : [`like ${schema.pattern}`],
    schema.minLength ? ['not empty'] : [],
    schema.exclusiveMinimum === undefined ? [] : [`above ${schema.exclusiveMinimum}`],
    schema.minimum === undefined ? [] : [`at least ${schema.minimum}`],
    schema.maximum === undefined ? [] : [`at most ${schema.maximum}`],
    schema.minItems === undefined ? [] : [`with at least ${schema.minItems} items`],
    schema.maxItems === undefined ? [] : [`with at most ${schema.maxItems} items`],
  ].flat()
  return [schema.type ?? 'another value', ...limits].join(' ')
}
