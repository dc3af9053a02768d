/** By this the file is known as gate's, whichever gate wrote it, and wherever. */
export const PLUGIN_HEAD = "// Written by gate: sends OpenCode's model requests to your gateway."

/**
 * The text of the plugin file, plain JavaScript for the runtime inside OpenCode (Bun) and for Node, with `__SETTINGS__`
 * where the connection's values go. It stands alone: OpenCode must be able to load it without anything of gate.
 *
 * Only the default export: OpenCode takes every exported function for a plugin (1.18.33). It imports nothing but Node's
 * own modules, and writes nothing anywhere, because OpenCode's terminal belongs to its user interface.
 */
export const PLUGIN_TEMPLATE: string = String.raw`${PLUGIN_HEAD} Do not edit; "gate setup" writes it,
// "gate teardown" removes it. There is no token in here: gate's helper is asked for one per request.
import { spawn } from 'node:child_process'

const settings = __SETTINGS__

const HELPER_TIME_LIMIT_MS = 90000
const DISCOVERY_TIME_LIMIT_MS = 20000
const MAX_HELPER_OUTPUT = 65536
const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie', 'proxy-authorization']
const NOT_FOR_CHAT = /embed|whisper|tts|dall-e|image|moderation|rerank|transcri/i
const SMALL = /haiku|mini|nano|flash|lite|small/i

// What the helper said last; only compared with a token that the gateway refused, never sent by itself.
let latest
const running = new Map()

// Requests that need a token at the same time share one run of the helper.
function token(renew) {
  const key = renew ? 'renew' : 'ask'
  let run = running.get(key)
  if (!run) {
    run = runHelper(renew).then((answer) => {
      latest = answer
      return answer
    })
    running.set(key, run)
    const over = () => running.delete(key)
    run.then(over, over)
  }
  return run
}

function startHelper(args) {
  const { command, directory, batch } = settings.helper
  const common = { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true }
  if (!batch) return spawn(command, args, { ...common, env: process.env })
  const shell = (process.env.SystemRoot || 'C:\\Windows') + '\\System32\\cmd.exe'
  return spawn(shell, ['/d', '/v:off', '/s', '/c', '""%GATE_HELPER%" ' + args.join(' ') + '"'], {
    ...common,
    env: { ...process.env, GATE_HELPER: command },
    windowsVerbatimArguments: true,
  })
}

function runHelper(renew) {
  const args = renew ? [...settings.helper.args, '--force-refresh'] : settings.helper.args
  return new Promise((resolve, reject) => {
    const fail = (message) => reject(new Error(message))
    const missing = () => fail('gate: its helper cannot be started. Run: gate setup --client opencode')
    let child
    try {
      child = startHelper(args)
    } catch {
      missing()
      return
    }
    let answer = ''
    let said = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('gate: no token within ' + HELPER_TIME_LIMIT_MS / 1000 + ' seconds. Run: gate login')
    }, HELPER_TIME_LIMIT_MS)
    child.stdout.setEncoding('utf8').on('data', (text) => {
      if (answer.length <= MAX_HELPER_OUTPUT) answer += text
    })
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-2000)
    })
    child.once('error', () => {
      clearTimeout(timer)
      missing()
    })
    child.once('close', (code) => {
      clearTimeout(timer)
      const text = answer.trim()
      if (code !== 0) fail(reasonOf(said))
      else if (!/^[\x21-\x7e]+$/.test(text)) fail('gate: its helper did not print a token. Run: gate doctor')
      else resolve(text)
    })
  })
}

// The helper's last line says what is wrong and which command helps.
function reasonOf(said) {
  const line = said.replace(/[\x00-\x09\x0b-\x1f\x7f]/g, '').trim().split('\n').at(-1) || ''
  return line === '' ? 'gate: there is no token. Run: gate login' : line.slice(0, 500)
}

function unlessAborted(promise, signal) {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) return abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function originOf(url) {
  const { origin, username, password } = new URL(url)
  return username || password ? 'a URL with a user name' : origin
}

async function gatewayFetch(input, init) {
  const request = new Request(input, init)
  const signal = (init && init.signal) || (input instanceof Request ? input.signal : undefined)
  const origin = originOf(request.url)
  if (origin !== settings.origin) {
    throw new Error('gate: not sent, because ' + origin + ' is not the gateway ' + settings.origin + '. Run: gate status')
  }
  // Kept as bytes, so that the same request can be sent a second time.
  const body = request.body ? await request.arrayBuffer() : undefined
  const headers = new Headers(request.headers)
  for (const name of CREDENTIAL_HEADERS) headers.delete(name)
  for (const [name, value] of Object.entries(settings.headers)) headers.set(name, value)
  const send = async (bearer) => {
    if (bearer !== undefined) headers.set('authorization', 'Bearer ' + bearer)
    const options = { ...init, method: request.method, headers, body, signal, redirect: 'manual' }
    const response = await fetch(request.url, options)
    const isRedirect = response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)
    if (!isRedirect) return response
    response.body?.cancel().catch(() => {})
    throw new Error('gate: the gateway answers with a redirect, which would take your token elsewhere. Run: gate doctor')
  }
  if (!settings.helper) return send(undefined)
  const bearer = await unlessAborted(token(false), signal)
  const response = await send(bearer)
  if (response.status !== 401) return response
  // Another request may have been refused for the same token, and have a new one by now.
  const fresh = await unlessAborted(token(latest === bearer), signal).catch((error) => {
    response.body?.cancel().catch(() => {})
    throw error
  })
  if (fresh === bearer) return response
  response.body?.cancel().catch(() => {})
  return send(fresh)
}

async function listModels(baseURL, headers) {
  const signal = AbortSignal.timeout(DISCOVERY_TIME_LIMIT_MS)
  const response = await gatewayFetch(baseURL + '/models', { headers, signal })
  if (!response.ok) throw new Error('gate: the gateway answers ' + response.status + ' to the question for its models. Run: gate doctor')
  const { data } = await response.json()
  if (!Array.isArray(data)) throw new Error('gate: the gateway gives no list of its models. Run: gate doctor')
  return data.filter((model) => typeof model?.id === 'string' && !NOT_FOR_CHAT.test(model.id))
}

// Asks both APIs, because a gateway may list the models of one API only.
async function discover(providers) {
  const { gate, 'gate-anthropic': anthropic } = providers
  const answers = await Promise.allSettled([
    listModels(gate.baseURL, {}),
    listModels(anthropic.baseURL, { 'anthropic-version': '2023-06-01' }),
  ])
  const found = []
  for (const { value = [] } of answers) {
    for (const model of value) {
      const isAnthropic = /claude/i.test(model.id) || model.type === 'model'
      const id = isAnthropic ? 'gate-anthropic' : 'gate'
      if (providers[id].models[model.id]) continue
      providers[id].models[model.id] = { name: model.display_name || model.id }
      found.push(id + '/' + model.id)
    }
  }
  if (found.length > 0) return { model: found[0], small: found.find((id) => SMALL.test(id)) || found[0] }
  const reason = answers.find(({ reason }) => reason)?.reason
  throw reason || new Error('gate: the gateway offers no model. Run: gate doctor')
}

function whatHappened(error) {
  const message = String(error?.message)
  if (message.startsWith('gate:')) return message
  if (error?.name === 'TimeoutError') return 'gate: no list of models in time. Run: gate login, and start OpenCode again'
  return 'gate: the gateway cannot be reached. Run: gate doctor, and start OpenCode again'
}

// A provider that explains itself: without a model of ours OpenCode would take somebody else's.
function unavailable(gate, error) {
  const message = whatHappened(error)
  gate.models = { default: { name: message }, 'default-small': { name: message } }
  gate.fetch = async () => {
    throw new Error(message)
  }
}

export default async function gatePlugin() {
  return {
    async config(config) {
      const providers = structuredClone(settings.providers)
      if (settings.discover) {
        try {
          const { model, small } = await discover(providers)
          if (!config.model || config.model === 'gate/default') config.model = model
          if (!config.small_model || config.small_model === 'gate/default-small') config.small_model = small
        } catch (error) {
          unavailable(providers.gate, error)
        }
      }
      // In the place of whatever a project says about a provider of this name: it could lead the token elsewhere.
      const others = { ...config.provider }
      for (const [id, { npm, name, baseURL, models, fetch = gatewayFetch }] of Object.entries(providers)) {
        delete others[id]
        if (Object.keys(models).length === 0) continue
        others[id] = { npm, name, models, options: { baseURL, apiKey: 'gate', fetch } }
      }
      config.provider = others
    },
  }
}
`
