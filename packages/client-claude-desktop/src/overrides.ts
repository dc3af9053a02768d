import type { Host, Override } from '@gate/core'
import { type ManagedSource, readManagedSources } from './managed-sources.js'

/**
 * What beats the user's library: the managed sources of this machine. Names their keys and never tells a value. What a
 * bootstrap server delivers is switched on by a managed key, so it is seen as that one.
 */
export async function overrides(host: Host): Promise<readonly Override[]> {
  return (await readManagedSources(host)).flatMap(rowOf)
}

function rowOf({ location, state, detail }: ManagedSource): readonly Override[] {
  const row = { source: 'managed', displaces: 'everything' } as const
  switch (state) {
    case 'takes-over': {
      const effect = 'Claude Desktop takes its whole configuration from there and does not look at the user’s.'
      return [{ ...row, location: `${location}: ${detail}`, effect, severity: 'override' }]
    }
    case 'unreadable': {
      const effect = 'It cannot be read; as soon as Claude Desktop can, it does not look at the user’s configuration.'
      return [{ ...row, location, effect, severity: 'override' }]
    }
    case 'ignored':
      return [
        { ...row, location, displaces: 'nothing', effect: `Claude Desktop ignores it: ${detail}.`, severity: 'info' },
      ]
    case 'behaviour':
      return []
  }
}
