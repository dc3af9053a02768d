import type { Override } from '@gate/core'
import type { ConfigDocument } from './config-layers.js'
import { settingsFault } from './settings-values.js'

/** What in a settings document keeps pi from starting at all (1.6.0). Pure. */
export function refusals({ source, location, content }: ConfigDocument): readonly Override[] {
  const fault = settingsFault(content)
  if (!fault) return []
  const effect = `pi ends at its start, because ${fault.why}.`
  return [
    { source, location: `${location}: ${fault.path.join('.')}`, displaces: 'everything', effect, severity: 'override' },
  ]
}
