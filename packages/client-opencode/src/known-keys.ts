import { type FileExpectation, isOfType } from '@gate/core'
import { isRecord, type Settings } from './config-values.js'

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
  default_agent: ['string'],
  disabled_providers: ['array'],
  enabled_providers: ['array'],
  instructions: ['array'],
  mcp: ['object'],
  mode: ['object'],
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

/** The same for keys further down; `*` stands for any key. */
const NESTED_TYPES: Readonly<Record<string, readonly JsonType[]>> = {
  'agent.*': ['object'],
  'agent.*.model': ['string'],
  'command.*': ['object'],
  'mode.*': ['object'],
  'mode.*.model': ['string'],
  'provider.*': ['object'],
  'provider.*.models': ['object'],
  'provider.*.models.*': ['object'],
  'provider.*.npm': ['string'],
  'provider.*.options': ['object'],
  'provider.*.options.baseURL': ['string'],
}

/** The first key of a parsed document whose type keeps OpenCode from starting. Pure. */
export function wrongTypedKey(settings: Settings): string | undefined {
  for (const [pattern, types] of Object.entries({ ...TYPES, ...NESTED_TYPES })) {
    const found = wrongAt(settings, pattern.split('.'), types)
    if (found) return found.join('.')
  }
  return undefined
}

function wrongAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  types: readonly JsonType[],
): readonly string[] | undefined {
  if (step === undefined) return value === undefined || isOfType(value, types) ? undefined : []
  if (!isRecord(value)) return undefined
  for (const key of step === '*' ? Object.keys(value) : [step]) {
    const found = wrongAt(value[key], rest, types)
    if (found) return [key, ...found]
  }
  return undefined
}
