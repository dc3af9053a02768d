import type { OfferedModel } from '../contract.js'
import type { Answer } from './answer.js'
import { errorAnswer } from './errors.js'
import type { OpenRecord } from './recorder.js'

/** What the gateway offers by default. */
export const defaultModels: readonly OfferedModel[] = [
  { id: 'claude-opus-5-5', displayName: 'Claude Opus 5.5', protocol: 'anthropic', contextWindow: 1_000_000 },
  { id: 'claude-sonnet-5', displayName: 'Claude Sonnet 5', protocol: 'anthropic', contextWindow: 1_000_000 },
  { id: 'claude-haiku-4-5-20251001', displayName: 'Claude Haiku 4.5', protocol: 'anthropic', contextWindow: 200_000 },
  { id: 'gpt-6.1-sol', displayName: 'GPT-6.1 Sol', protocol: 'openai', contextWindow: 400_000 },
  { id: 'gpt-5.2', displayName: 'GPT-5.2', protocol: 'openai', contextWindow: 400_000 },
]

// Model lists carry a date; a fixed one keeps two runs alike.
const CREATED = '2026-01-01T00:00:00Z'
const CREATED_SECONDS = Date.parse(CREATED) / 1000

/**
 * `GET /v1/models` in the shape that the caller can read: Anthropic's for an `anthropic-version` header, Codex's own catalogue
 * for a `client_version` query (Codex 0.169 reports "failed to decode models response" for any other), else OpenAI's list.
 */
export function answerModels(record: OpenRecord, models: readonly OfferedModel[]): Answer {
  const offered = (protocol: OfferedModel['protocol']) => models.filter((model) => model.protocol === protocol)
  if (record.headers['anthropic-version'] !== undefined) {
    const data = offered('anthropic').map(anthropicModel)
    const body = { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
    return { kind: 'json', status: 200, body }
  }
  if (record.query.client_version !== undefined) {
    return { kind: 'json', status: 200, body: { models: offered('openai').map(codexModel) } }
  }
  return { kind: 'json', status: 200, body: { object: 'list', data: models.map(openaiModel) } }
}

/** `GET /v1/models/<id>`. */
export function answerModel(record: OpenRecord, models: readonly OfferedModel[], id: string): Answer {
  const isAnthropic = record.headers['anthropic-version'] !== undefined
  // Ids such as `corp/glm-5` may come percent-encoded or not.
  const model = models.find((offered) => offered.id === id || encodeURIComponent(offered.id) === id)
  if (!model) return errorAnswer(isAnthropic ? 'anthropic' : 'openai', 404, `model: ${id}`)
  return { kind: 'json', status: 200, body: isAnthropic ? anthropicModel(model) : openaiModel(model) }
}

function anthropicModel({ id, displayName }: OfferedModel) {
  return { type: 'model', id, display_name: displayName, created_at: CREATED }
}

function openaiModel({ id }: OfferedModel) {
  return { id, object: 'model', created: CREATED_SECONDS, owned_by: 'gate-dev-gateway' }
}

/** An entry of Codex's catalogue, with every field that its decoder demands (`ModelInfo` in codex-rs/protocol). */
function codexModel({ id, displayName, contextWindow }: OfferedModel, index: number) {
  return {
    slug: id,
    display_name: displayName,
    description: 'Offered by the gate dev gateway.',
    default_reasoning_level: 'medium',
    supported_reasoning_levels: [
      { effort: 'low', description: 'Fast' },
      { effort: 'medium', description: 'Balanced' },
      { effort: 'high', description: 'Thorough' },
    ],
    shell_type: 'shell_command',
    visibility: 'list',
    supported_in_api: true,
    priority: index + 1,
    upgrade: null,
    base_instructions: 'You are Codex, a coding agent.',
    supports_reasoning_summaries: true,
    support_verbosity: true,
    default_verbosity: 'low',
    apply_patch_tool_type: 'freeform',
    truncation_policy: { mode: 'tokens', limit: 10_000 },
    supports_parallel_tool_calls: true,
    context_window: contextWindow,
    experimental_supported_tools: [],
    input_modalities: ['text', 'image'],
  }
}
