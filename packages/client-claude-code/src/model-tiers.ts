import type { Finding, Model } from '@gate/core'

/** The aliases that Claude Code maps to model ids through `ANTHROPIC_DEFAULT_<TIER>_MODEL`. */
type ModelTier = 'haiku' | 'opus' | 'sonnet' | 'fable'

const TIERS: readonly ModelTier[] = ['haiku', 'opus', 'sonnet', 'fable']

/** Which model stands for which alias, and what could not be used. */
export interface ModelTiers {
  readonly models: ReadonlyMap<ModelTier, string>
  readonly notes: readonly Finding[]
}

/**
 * Gives every model to the tier it declares, else to the first one whose name is in its id. The last model of a tier
 * wins; one that fits none is left out. Both are told. Pure.
 */
export function modelTiers(list: readonly Model[]): ModelTiers {
  const models = new Map<ModelTier, string>()
  const notes: Finding[] = []
  for (const { id, tier: declared } of list) {
    const tier = declared ?? TIERS.find((name) => id.toLowerCase().includes(name))
    if (tier === undefined) {
      notes.push({
        code: 'model-without-tier',
        severity: 'info',
        message: `${id} is not offered to Claude Code: its id names none of ${TIERS.join(', ')}.`,
      })
      continue
    }
    const previous = models.get(tier)
    if (previous !== undefined && previous !== id) {
      notes.push({
        code: 'model-tier-twice',
        severity: 'info',
        message: `${id} takes the place of ${previous} as the ${tier} model.`,
      })
    }
    models.set(tier, id)
  }
  return { models, notes }
}
