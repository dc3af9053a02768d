import { tableAt } from '@gate/client-kit'
import { environmentVariable, findProgram, type Host, isProgram, isTable, type Override, type Table } from '@gate/core'
import type { ConfigDocument, ConfigLayers } from './config-layers.js'
import { codexHome } from './paths.js'
import { refusal } from './refusals.js'
import { tomlKey } from './toml-key.js'
import { knows } from './versions.js'

/**
 * What keeps Codex from working although it accepts its configuration; its own commands do not say so before it works
 * (0.171.0). Reads only.
 */
export async function startRefusals(host: Host, layers: ConfigLayers): Promise<readonly Override[]> {
  return [
    ...(await environmentsFile(host)),
    ...(await rulesFile(host)),
    ...(await brokenLogin(host, layers)),
    ...(await forbiddenLogin(host, layers)),
    ...(await requiredServers(host, layers)),
  ]
}

const ENVIRONMENTS_KEYS: readonly string[] = ['default', 'include_local', 'environments']
const RESERVED_ENVIRONMENTS: readonly string[] = ['local', 'none']

/** The machines that Codex may run commands on. */
async function environmentsFile(host: Host): Promise<readonly Override[]> {
  const location = host.path.join(codexHome(host), 'environments.toml')
  const read = await host.engine.readDocument(location, 'toml')
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

/** Codex signs a login out that it must not use, and ends. A key in the environment cannot be signed out. */
async function brokenLogin(host: Host, { version }: ConfigLayers): Promise<readonly Override[]> {
  const location = host.path.join(codexHome(host), 'auth.json')
  const text = await host.fs.readFile(host.toNative(location), 'utf8').catch(() => undefined)
  if (text === undefined || knows(version, 'brokenLogin')) return []
  try {
    JSON.parse(text)
    return []
  } catch {
    return [refusal({ source: 'user', location }, undefined, 'it cannot parse this')]
  }
}

async function forbiddenLogin(host: Host, layers: ConfigLayers): Promise<readonly Override[]> {
  const saved = await savedLogin(host)
  const login = environmentVariable(host, 'CODEX_API_KEY') ? { kind: 'api' } : saved
  if (login === undefined) return []
  const [method, methods] = strongest(layers, 'forced_login_method')
  if (method && (methods === 'api' || methods === 'chatgpt') && methods !== login.kind) {
    return [refusal(method, 'forced_login_method', `the login that it finds is another (${login.kind})`)]
  }
  const [place, workspaces] = strongest(layers, 'forced_chatgpt_workspace_id')
  const { account } = saved ?? {}
  if (!place || account === undefined || login.kind !== 'chatgpt' || [workspaces].flat().includes(account)) return []
  return [refusal(place, 'forced_chatgpt_workspace_id', 'the saved login belongs to another workspace')]
}

/** The value of a root key that counts, with its document. */
function strongest(
  { managed, projects, user, system }: ConfigLayers,
  key: string,
): readonly [ConfigDocument | undefined, unknown] {
  const trusted = projects.filter(({ isTrusted }) => isTrusted)
  const document = [...managed, ...trusted, user, system].find((one) => one?.content?.[key] !== undefined)
  return [document, document?.content?.[key]]
}

async function savedLogin(host: Host): Promise<{ readonly kind: string; readonly account?: string } | undefined> {
  const read = await host.engine.readDocument(host.path.join(codexHome(host), 'auth.json'), 'json')
  if (read.state !== 'parsed') return undefined
  const { auth_mode: mode, OPENAI_API_KEY: key, tokens } = read.value
  if (mode === 'apikey' || (mode === undefined && typeof key === 'string')) return { kind: 'api' }
  if (mode !== 'chatgpt' && !(mode === undefined && isTable(tokens))) return undefined
  const account = isTable(tokens) ? tokens.account_id : undefined
  return { kind: 'chatgpt', ...(typeof account === 'string' ? { account } : {}) }
}

/** A tool server without which Codex begins no conversation. */
async function requiredServers(host: Host, layers: ConfigLayers): Promise<readonly Override[]> {
  const trusted = layers.projects.filter(({ isTrusted }) => isTrusted)
  const documents = [...layers.managed, ...trusted, layers.user, layers.system].filter((one) => one !== undefined)
  const rows = documents.flatMap((document) =>
    Object.entries(tableAt(document.content ?? {}, 'mcp_servers')).map(async ([name, server]) => {
      if (!isTable(server) || server.required !== true || server.enabled === false) return []
      const { command } = server
      if (typeof command !== 'string' || (await isThere(host, command))) return []
      const why = `it requires this server, and ${command} is nowhere to be found`
      return [refusal(document, `mcp_servers.${tomlKey(name)}.command`, why)]
    }),
  )
  return (await Promise.all(rows)).flat()
}

/** A relative one with a directory in it is looked for where the server is started, which is not known here. */
async function isThere(host: Host, command: string): Promise<boolean> {
  if (host.path.isAbsolute(command)) return isProgram(host, command)
  return /[\\/]/.test(command) || (await findProgram(host, command)) !== undefined
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
