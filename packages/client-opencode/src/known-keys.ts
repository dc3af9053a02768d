import type { FileExpectation } from '@gate/core'

type JsonType = FileExpectation['types'][number]

/**
 * Types of root keys whose wrong type keeps OpenCode from starting; each was tried with `opencode debug config` of
 * 1.18.33. Unknown keys are accepted silently.
 */
const TYPES: Readonly<Record<string, readonly JsonType[]>> = {
  $schema: ['string'],
  agent: ['object'],
  autoupdate: ['boolean', 'string'],
  command: ['object'],
  disabled_providers: ['array'],
  enabled_providers: ['array'],
  instructions: ['array'],
  mcp: ['object'],
  model: ['string'],
  plugin: ['array'],
  provider: ['object'],
  share: ['string'],
  small_model: ['string'],
  username: ['string'],
}

/** Shape checks of one configuration file. Pure. */
export function configExpectations(file: string): readonly FileExpectation[] {
  return Object.entries(TYPES).map(([key, types]) => ({ file, kind: 'json', path: [key], types }))
}

/** The first key of a parsed document whose type keeps OpenCode from starting. Pure. */
export function wrongTypedKey(settings: Readonly<Record<string, unknown>>): string | undefined {
  return Object.entries(TYPES).find(([key, types]) => {
    const value = settings[key]
    return value !== undefined && !types.some((type) => type === typeOf(value))
  })?.[0]
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
