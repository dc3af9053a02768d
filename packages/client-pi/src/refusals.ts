import { isOfType, type Override } from '@gate/core'
import type { ConfigDocument } from './config-layers.js'
import { SETTINGS_TYPES } from './known-keys.js'

/** What in a settings document keeps pi from starting at all (0.87.1). Pure. */
export function refusals({ source, location, content }: ConfigDocument): readonly Override[] {
  return Object.entries(SETTINGS_TYPES).flatMap(([key, types]) => {
    const value = content[key]
    if (value === undefined || isOfType(value, types)) return []
    const effect = `pi ends at its start, because this is not of the type ${types.join(' or ')}.`
    return [{ source, location: `${location}: ${key}`, displaces: 'everything', effect, severity: 'override' }]
  })
}
