import type { Finding, Model } from '@gate/core'

/** One entry of `inferenceModels`. */
export interface InferenceModel {
  /** Exactly as the gateway serves it. */
  readonly name: string
  readonly labelOverride?: string
  readonly supports1m?: true
  readonly anthropicFamilyTier?: string
}

const FAMILIES = ['sonnet', 'opus', 'haiku', 'fable', 'mythos']
/** Ids that Claude Desktop takes for Claude's own without being told. */
const CLAUDE = /^(?:anthropic\/)?claude-(?:sonnet|opus|haiku|fable|mythos)-/
const ONE_MILLION = 1_000_000

/**
 * The models of a connection as Claude Desktop wants them. It refuses its whole configuration for one model that it does
 * not take for Claude's, so one that nothing ties to a family is left out, and told. The list of a connection is for all
 * clients. Pure.
 */
export function inferenceModels(models: readonly Model[]): {
  readonly models: readonly InferenceModel[]
  readonly notes: readonly Finding[]
} {
  const usable = new Map<string, InferenceModel>()
  const leftOut: string[] = []
  for (const model of models) {
    const entry = entryOf(model)
    if (entry === undefined) leftOut.push(model.id)
    else if (!usable.has(entry.name) || entry.supports1m)
      usable.set(entry.name, { ...usable.get(entry.name), ...entry })
  }
  return { models: [...usable.values()], notes: leftOut.length > 0 ? [leftOutNote(leftOut)] : [] }
}

function entryOf({ id, displayName, contextWindow, tier }: Model): InferenceModel | undefined {
  // The suffix is Claude Code's; Claude Desktop takes it for a part of the name.
  const name = id.replace(/\[1m\]$/i, '')
  const family = tier ?? (CLAUDE.test(name) ? undefined : familyIn(name))
  if (name === '' || (family === undefined && !CLAUDE.test(name))) return undefined
  const isLarge = name !== id || (contextWindow ?? 0) >= ONE_MILLION
  return {
    name,
    ...(displayName === undefined ? {} : { labelOverride: displayName }),
    ...(isLarge ? { supports1m: true } : {}),
    ...(family === undefined ? {} : { anthropicFamilyTier: family }),
  }
}

/** The family of an older or prefixed name such as `us.anthropic.claude-3-5-haiku-20241022`. */
function familyIn(name: string): string | undefined {
  const named = FAMILIES.filter((family) => new RegExp(`claude.*\\b${family}\\b`, 'i').test(name))
  return named.length === 1 ? named[0] : undefined
}

function leftOutNote(ids: readonly string[]): Finding {
  const subject = ids.length === 1 ? `The model ${ids[0]} is` : `The models ${ids.join(', ')} are`
  const message = `${subject} not offered: Claude Desktop refuses models that are neither Claude's nor have a tier in config.json (sonnet, opus, haiku).`
  return { code: 'model-left-out', severity: 'info', message }
}
