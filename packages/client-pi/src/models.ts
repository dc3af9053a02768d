import type { Connection, EditValue, Model } from '@gate/core'
import { anthropicBaseUrl, openaiBaseUrl } from './base-url.js'

/**
 * What is offered when the connection names no models, because pi asks no gateway for its list: the models that pi itself
 * starts with at either vendor (0.87.1).
 */
const ASSUMED: readonly Model[] = [{ id: 'claude-opus-4-8' }, { id: 'gpt-5.5' }]

/** Models that take images. For others pi sends a sentence in the place of each image. */
const WITH_IMAGES = /claude|gpt-(?!oss)/i

/** Models of the connection, or those that stand in for them. Pure. */
export function offeredModels({ models }: Connection): readonly Model[] {
  return models.length > 0 ? models : ASSUMED
}

/** The model that pi starts with: the first one that is offered. Pure. */
export function defaultModel(connection: Connection): string {
  return offeredModels(connection)[0]?.id ?? ''
}

/**
 * Whether a model is reached with the Anthropic Messages API; every other with OpenAI Responses, which gate asks a gateway
 * for anyway. A list for all clients names Anthropic's models by their tier. Pure.
 */
export function isAnthropic({ id, tier }: Model): boolean {
  return tier !== undefined || /claude/i.test(id)
}

/**
 * An entry of `models`. `reasoning` stays off: what a model takes for it differs from model to model, and gate does not
 * know. Pure.
 */
export function modelEntry(connection: Connection, model: Model): { readonly [key: string]: EditValue } {
  const { id, displayName, contextWindow } = model
  return {
    id,
    ...(displayName ? { name: displayName } : {}),
    ...(isAnthropic(model)
      ? { api: 'anthropic-messages', baseUrl: anthropicBaseUrl(connection) }
      : { api: 'openai-responses', baseUrl: openaiBaseUrl(connection) }),
    ...(isAnthropic(model) || WITH_IMAGES.test(id) ? { input: ['text', 'image'] } : {}),
    ...(contextWindow === undefined ? {} : { contextWindow }),
  }
}
