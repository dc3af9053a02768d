import { tableAt } from '@gate/client-kit'
import { isTable, type Override } from '@gate/core'
import type { ConfigDocument } from './config-layers.js'
import { tomlKey } from './toml-key.js'

/** Ids that a table must not have. */
export const RESERVED: readonly string[] = ['openai', 'ollama', 'lmstudio']

/**
 * What in a document keeps Codex from starting at all (0.169.0). Pure.
 *
 * @param rules Whether `profile` counts in this kind of document.
 */
export function refusals(document: ConfigDocument, rules: { readonly profile: boolean }): readonly Override[] {
  const { content } = document
  const row = (key: string | undefined, why: string) => refusal(document, key, why)
  if (!content) return [row(undefined, 'it cannot parse this')]
  const rows: Override[] = []
  if (rules.profile && content.profile !== undefined) {
    rows.push(row('profile', 'it no longer knows this key; profiles are chosen with -p since 0.134'))
  }
  for (const [id, table] of Object.entries(tableAt(content, 'model_providers'))) {
    const key = `model_providers.${tomlKey(id)}`
    if (RESERVED.includes(id)) rows.push(row(key, `"${id}" is the name of a built-in provider`))
    else if (isTable(table) && table.wire_api === 'chat') {
      rows.push(row(`${key}.wire_api`, 'it no longer speaks the Chat Completions API'))
    }
  }
  return rows
}

/** The row of a document that Codex does not start with. Pure. */
export function refusal(
  { source, location }: Pick<ConfigDocument, 'source' | 'location'>,
  key: string | undefined,
  why: string,
): Override {
  return {
    source,
    location: key === undefined ? location : `${location}: ${key}`,
    displaces: 'everything',
    effect: `Codex refuses to start, because ${why}.`,
    severity: 'override',
  }
}
