import { type JsonSchema, type JsonSchemas, schemaViolation } from '@gate/client-kit'
import type { FileExpectation, Table } from '@gate/core'
import schemas from './config-schema.json' with { type: 'json' }

// Written by OpenCode 1.18.33 itself, see e2e/test/client-schemas.test.ts.
const SCHEMAS = schemas as JsonSchemas

/** A value that keeps OpenCode from starting. */
export interface WrongValue {
  readonly path: readonly string[]
  /** Like OpenCode's own words, but without the value, which may be a secret. */
  readonly why: string
}

/** The first value in a configuration that keeps OpenCode from starting. Unknown keys are accepted silently (1.18.33). Pure. */
export function wrongValue(content: Table): WrongValue | undefined {
  const found = schemaViolation(content, SCHEMAS, 'Config')
  if (!found) return undefined
  const { path, wanted } = found
  return { path, why: wanted === undefined ? 'this key is missing' : `OpenCode expects ${wanted} here` }
}

/** Shape checks of one configuration file, for keys at its root. Pure. */
export function configExpectations(file: string): readonly FileExpectation[] {
  return Object.entries(SCHEMAS.Config?.properties ?? {}).map(([key, schema]) => {
    return { file, kind: 'json', path: [key], types: [...new Set(typesOf(schema))] }
  })
}

function typesOf({ type, anyOf = [], $ref }: JsonSchema): FileExpectation['types'] {
  if ($ref !== undefined) return typesOf(SCHEMAS[$ref] ?? {})
  if (type === undefined) return anyOf.flatMap(typesOf)
  return [type === 'integer' ? 'number' : type]
}
