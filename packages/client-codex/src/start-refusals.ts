import { type Host, isTable, type Override, type Table } from '@gate/core'
import type { ConfigDocument, ConfigLayers } from './config-layers.js'
import { codexHome } from './paths.js'
import { refusal } from './refusals.js'

/**
 * What keeps Codex from working although it accepts its configuration; its own commands do not say so before it works
 * (0.171.0). Reads only.
 */
export async function startRefusals(host: Host, layers: ConfigLayers): Promise<readonly Override[]> {
  return [...(await environmentsFile(host)), ...(await rulesFile(host)), ...(await forbiddenLogin(host, layers))]
}

const ENVIRONMENTS_KEYS: readonly string[] = ['default', 'include_local', 'environments']
const RESERVED_ENVIRONMENTS: readonly string[] = ['local', 'none']

/** The machines that Codex may run commands on. */
async function environmentsFile(host: Host): Promise<readonly Override[]> {
  const location = host.path.join(codexHome(host), 'environments.toml')
  const read = await host.engine.readDocument(host, location, 'toml')
  if (read.state === 'absent') return []
  const row = (key: string | undefined, why: string) => refusal({ source: 'user', location }, key, why)
  if (read.state !== 'parsed') return [row(undefined, 'it cannot parse this')]
  const { default: chosen, environments } = read.value
  const unknown = Object.keys(read.value).find((key) => !ENVIRONMENTS_KEYS.includes(key))
  if (unknown !== undefined) return [row(unknown, 'it knows no such key in this file')]
  if (environments !== undefined && !Array.isArray(environments)) return [row('environments', 'this is not an array')]
  const tables = ((environments ?? []) as readonly unknown[]).filter(isTable)
  const ids = tables.map(({ id }) => String(id))
  const wrong = tables.map((table, index) => wrongEnvironment(table, ids.slice(0, index))).find(Boolean)
  if (wrong !== undefined) return [row('environments', wrong)]
  const isKnown = typeof chosen !== 'string' || [...RESERVED_ENVIRONMENTS, ...ids].includes(chosen)
  return isKnown ? [] : [row('default', `the environment "${chosen}" is nowhere defined`)]
}

function wrongEnvironment({ id, url }: Table, before: readonly string[]): string | undefined {
  if (typeof id !== 'string') return 'an environment has no id'
  if (RESERVED_ENVIRONMENTS.includes(id)) return `the name "${id}" is reserved`
  if (before.includes(id)) return `"${id}" occurs twice`
  if (url !== undefined && !(typeof url === 'string' && /^wss?:\/\//.test(url)))
    return `"${id}" has no ws:// or wss:// URL`
  return undefined
}

async function rulesFile(host: Host): Promise<readonly Override[]> {
  const location = host.path.join(codexHome(host), 'rules')
  const stats = await host.fs.stat(location).catch(() => undefined)
  if (stats === undefined || stats.isDirectory()) return []
  return [refusal({ source: 'user', location }, undefined, 'this is not a directory')]
}

/** Codex signs a login out that it must not use, and ends. */
async function forbiddenLogin(host: Host, { managed, user, system }: ConfigLayers): Promise<readonly Override[]> {
  const document = [...managed, user, system].find((one) => one?.content?.forced_login_method !== undefined)
  const forced = document?.content?.forced_login_method
  const login = await savedLogin(host)
  if (document === undefined || login === undefined || (forced !== 'api' && forced !== 'chatgpt')) return []
  return login === forced ? [] : [refusal(document, 'forced_login_method', `the saved login is another (${login})`)]
}

async function savedLogin(host: Host): Promise<'api' | 'chatgpt' | undefined> {
  const read = await host.engine.readDocument(host, host.path.join(codexHome(host), 'auth.json'), 'json')
  if (read.state !== 'parsed') return undefined
  const { auth_mode: mode, OPENAI_API_KEY: key, tokens } = read.value
  if (mode === 'chatgpt') return 'chatgpt'
  if (mode === 'apikey' || (mode === undefined && typeof key === 'string')) return 'api'
  return mode === undefined && isTable(tokens) ? 'chatgpt' : undefined
}

/** Keys of the user's that choose a model besides the one that gate writes; other tools leave them behind. */
const MODEL_KEYS: readonly string[] = ['model', 'review_model', 'model_catalog_json', 'model_reasoning_effort']

/** Names what the user's file says about models. Pure. */
export function modelRows(user: ConfigDocument | undefined, model: string | undefined): readonly Override[] {
  return MODEL_KEYS.flatMap((key) => {
    const value = user?.content?.[key]
    if (!user || typeof value !== 'string' || (key === 'model' && model !== undefined)) return []
    const effect = key.endsWith('model')
      ? `Codex asks the gateway for the model ${value}${key === 'review_model' ? ' for its reviews' : ''}.`
      : 'It stays as it is and concerns what Codex asks the gateway for.'
    return [{ source: user.source, location: `${user.location}: ${key}`, displaces: 'model', effect, severity: 'info' }]
  })
}
