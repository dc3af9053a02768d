import type { FileExpectation } from '@gate/core'

type JsonType = FileExpectation['types'][number]

/**
 * Keys whose wrong type keeps OpenCode from starting, by the type that they may have; each was tried with
 * `opencode debug config` of 1.18.33. `*` stands for any key. Unknown keys are accepted silently.
 */
const KEYS: Readonly<Partial<Record<JsonType, readonly string[]>>> = {
  array: ['disabled_providers', 'enabled_providers', 'instructions', 'plugin'],
  boolean: ['autoupdate'],
  object: [
    'agent',
    'agent.*',
    'command',
    'command.*',
    'mcp',
    'mode',
    'mode.*',
    'provider',
    'provider.*',
    'provider.*.models',
    'provider.*.models.*',
    'provider.*.options',
  ],
  string: [
    '$schema',
    'agent.*.model',
    'autoupdate',
    'default_agent',
    'mode.*.model',
    'model',
    'provider.*.npm',
    'provider.*.options.baseURL',
    'share',
    'small_model',
    'username',
  ],
}

/** Every key with its types. */
export const TYPES = new Map<string, JsonType[]>()
for (const [type, keys] of Object.entries(KEYS))
  for (const key of keys) TYPES.set(key, [...(TYPES.get(key) ?? []), type as JsonType])

/** Shape checks of one configuration file, for keys at its root. Pure. */
export function configExpectations(file: string): readonly FileExpectation[] {
  return [...TYPES].flatMap(([key, types]) => (key.includes('.') ? [] : [{ file, kind: 'json', path: [key], types }]))
}
