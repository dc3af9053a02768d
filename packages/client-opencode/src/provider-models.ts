import type { Connection, Model } from '@gate/core'

/** Our providers. The ids never change: OpenCode keeps them in every conversation. */
export const OPENAI_PROVIDER = 'gate'
export const ANTHROPIC_PROVIDER = 'gate-anthropic'
export const PROVIDERS: readonly string[] = [OPENAI_PROVIDER, ANTHROPIC_PROVIDER]

/** Stands for the gateway's first model when the connection names none; the plugin file knows what it means. */
const FIRST_OFFERED = `${OPENAI_PROVIDER}/default`
const FIRST_SMALL_OFFERED = `${OPENAI_PROVIDER}/default-small`

const SMALL = /haiku|mini|nano|flash|lite|small/i

/** Which of our providers a model belongs to: Anthropic's by their tier or name, all others speak OpenAI's API. Pure. */
export function providerOf({ id, tier }: Model): string {
  return tier !== undefined || /claude/i.test(id) ? ANTHROPIC_PROVIDER : OPENAI_PROVIDER
}

/** A model as OpenCode names it: `provider/id`. Pure. */
export function qualifiedId(model: Model): string {
  return `${providerOf(model)}/${model.id}`
}

/** The provider of a model that is named like that. Pure. */
export function providerName(qualified: string): string {
  return qualified.split('/', 1)[0] ?? ''
}

/** What `model` and `small_model` are set to: the first model, and the first small one (for titles). Pure. */
export function defaultModels({ models }: Connection): { readonly model: string; readonly smallModel: string } {
  const [first] = models
  if (!first) return { model: FIRST_OFFERED, smallModel: FIRST_SMALL_OFFERED }
  const small = models.find(({ id, tier }) => (tier === undefined ? SMALL.test(id) : tier === 'haiku')) ?? first
  return { model: qualifiedId(first), smallModel: qualifiedId(small) }
}

/** Whether OpenCode finds a model of ours; true when only the gateway knows what it offers. Pure. */
export function isOffered(qualified: string, connection: Connection | undefined): boolean {
  if (!connection || connection.models.length === 0) return true
  return connection.models.some((model) => qualifiedId(model) === qualified)
}
