import type { Override } from '@gate/core'
import type { ConfigDocument } from './config-document.js'
import { wrongValue } from './known-values.js'

/** What in a document keeps OpenCode from starting at all (1.18.33). Pure. */
export function refusals({ source, location, content, missing }: ConfigDocument): readonly Override[] {
  const row = (place: string, why: string): readonly Override[] => [
    {
      source,
      location: place,
      displaces: 'everything',
      effect: `OpenCode refuses to start, because ${why}.`,
      severity: 'override',
    },
  ]
  if (!content) return row(location, missing ? `${missing} is not there` : 'it cannot read this')
  const wrong = wrongValue(content)
  return wrong === undefined ? [] : row(`${location}: ${wrong.path.join('.')}`, wrong.why)
}
