import { tableAt } from '@gate/client-kit'
import { isTable, type Override, type Table } from '@gate/core'
import { PROVIDER } from './plan.js'
import { tomlKey } from './toml-key.js'

/** Keys that Codex refuses to combine with `auth`; it does not start (0.169.0). */
const INCOMPATIBLE: readonly string[] = ['env_key', 'experimental_bearer_token', 'requires_openai_auth']

/** Keys that change neither where requests go nor whose token is in them, where gate did not set them (0.171.0). */
const HARMLESS: readonly string[] = [
  'capabilities',
  'env_http_headers',
  'env_key_instructions',
  'http_headers',
  'location',
  'query_params',
  'request_max_retries',
  'stream_idle_timeout_ms',
  'stream_max_retries',
  'supports_standalone_web_search',
  'supports_websockets',
  'websocket_connect_timeout_ms',
]

/**
 * What a provider table of another document changes about ours. Pure.
 *
 * @param how `replace`: it stands in the place of ours. `merge`: its keys are put over ours. `beneath`: its keys count
 * where ours has none.
 */
export function providerDifference(
  other: Table,
  ours: Table,
  how: 'replace' | 'merge' | 'beneath',
): Pick<Override, 'displaces' | 'effect' | 'severity'> | undefined {
  const changed = changedKeys(other, ours, how)
  const [first] = changed
  if (first === undefined) return undefined
  const clash = INCOMPATIBLE.find((key) => how !== 'replace' && changed.includes(key) && isTable(ours.auth))
  if (clash !== undefined) {
    const effect = `Codex refuses to start, because ${clash} cannot be combined with the helper.`
    return { displaces: 'everything', effect, severity: 'override' }
  }
  if (changed.includes('base_url')) {
    const effect = `Requests go to ${originOf(other.base_url)} instead of the gateway.`
    return { displaces: 'endpoint', effect, severity: 'override' }
  }
  if (changed.some((key) => isCredential(key, ours))) {
    const effect = "The gateway gets another credential than gate's token."
    return { displaces: 'credential', effect, severity: 'override' }
  }
  const isHarmless = (key: string) => HARMLESS.includes(key) && ours[key] === undefined
  return {
    displaces: `model_providers.${PROVIDER}.${first}`,
    effect: `It changes ${changed.join(', ')}.`,
    severity: changed.every(isHarmless) ? 'info' : 'override',
  }
}

/** The table of our provider in a document, if it has one. Pure. */
export function providerTable(content: Table): Table | undefined {
  const found = tableAt(content, 'model_providers')[PROVIDER]
  return isTable(found) ? found : undefined
}

function changedKeys(other: Table, ours: Table, how: 'replace' | 'merge' | 'beneath'): string[] {
  const keys = new Set([...Object.keys(other), ...(how === 'replace' ? Object.keys(ours) : [])])
  return [...keys].flatMap((key) => {
    const [theirs, own] = [other[key], ours[key]]
    if (isTable(theirs) && isTable(own)) return changedKeys(theirs, own, how).map((inner) => `${tomlKey(key)}.${inner}`)
    if (how === 'beneath' && own !== undefined) return []
    // A display name changes nothing on the wire.
    return key === 'name' || JSON.stringify(theirs) === JSON.stringify(own) ? [] : [tomlKey(key)]
  })
}

/** The helper's token stands above every header; without a helper a header is the credential. */
function isCredential(key: string, ours: Table): boolean {
  if (key.startsWith('auth') || INCOMPATIBLE.includes(key)) return true
  return !isTable(ours.auth) && /^(?:env_)?http_headers/.test(key)
}

/** Where a URL points to, without anything in it that could be a secret. */
function originOf(url: unknown): string {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).origin !== 'null'
    ? new URL(url).origin
    : 'another address'
}
