import type { FileExpectation } from '@gate/core'

type TomlType = FileExpectation['types'][number]
type Types = Readonly<Record<string, readonly TomlType[]>>

/**
 * Types of root keys whose wrong type keeps Codex from starting; each was tried with `codex doctor --json` of 0.169.0.
 * Unknown keys only make it warn.
 */
export const TYPES: Types = {
  analytics: ['object'],
  approval_policy: ['string', 'object'],
  check_for_update_on_startup: ['boolean'],
  features: ['object'],
  hide_agent_reasoning: ['boolean'],
  history: ['object'],
  mcp_servers: ['object'],
  model: ['string'],
  model_context_window: ['number'],
  model_provider: ['string'],
  model_providers: ['object'],
  model_reasoning_effort: ['string'],
  notify: ['array'],
  openai_base_url: ['string'],
  profile: ['string'],
  profiles: ['object'],
  project_doc_max_bytes: ['number'],
  projects: ['object'],
  sandbox_mode: ['string'],
  sandbox_workspace_write: ['object'],
  shell_environment_policy: ['object'],
  tools: ['object'],
  tui: ['object'],
}

/** Root keys that Codex passes over in a project's file, whatever their type (0.169.0). */
export const IGNORED_IN_PROJECTS: readonly string[] = [
  'model_provider',
  'model_providers',
  'notify',
  'openai_base_url',
  'profile',
  'profiles',
]

/** Those of the root keys that `requirements.toml` knows, too (0.169.0). */
export const KNOWN_IN_REQUIREMENTS: readonly string[] = [
  'check_for_update_on_startup',
  'features',
  'mcp_servers',
  'model_provider',
  'model_providers',
]

/** The same for the keys of one table in `model_providers`, whether the provider is used or not (0.169.0). */
export const PROVIDER_TYPES: Types = {
  name: ['string'],
  auth: ['object'],
  base_url: ['string'],
  env_key: ['string'],
  http_headers: ['object'],
  query_params: ['object'],
  requires_openai_auth: ['boolean'],
  stream_max_retries: ['number'],
  wire_api: ['string'],
}

/** Shape checks of one configuration file. Pure. */
export function configExpectations(file: string): readonly FileExpectation[] {
  return Object.entries(TYPES).map(([key, types]) => ({ file, kind: 'toml', path: [key], types }))
}
