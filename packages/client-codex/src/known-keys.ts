import type { FileExpectation } from '@gate/core'

type TomlType = 'string' | 'number' | 'boolean' | 'object' | 'array'

/**
 * Types of root keys whose wrong type keeps Codex from starting; each was tried with `codex doctor --json` of 0.169.0.
 * Unknown keys only make it warn.
 */
const TYPES: Readonly<Record<string, readonly TomlType[]>> = {
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

/** Shape checks of one configuration file. Pure. */
export function configExpectations(file: string): readonly FileExpectation[] {
  return Object.entries(TYPES).map(([key, types]) => ({ file, kind: 'toml', path: [key], types }))
}
