import { LOOK_LIMIT_MS } from '../../plugins/plugin-set.js'
import type { Session } from '../session.js'

/** Milliseconds for one question to a client; `codex doctor` also probes the network. */
const ASK_LIMIT_MS = 20_000

/** What a client says about the connection that it would use. */
export interface Agreement {
  /** Undefined when it could not be asked. */
  readonly agrees: boolean | undefined
  readonly detail: string
}

interface Question {
  readonly args: readonly string[]
  judge(answer: Record<string, unknown>): Agreement
}

/** Clients that can say which connection they would use. Only for `doctor`: asking makes them write files of their own. */
const QUESTIONS: Readonly<Record<string, Question>> = {
  // Seen with Claude Code 2.1.158 to 2.1.329: JSON on stdout, no network, exit code 1 when not logged in.
  'claude-code': {
    args: ['auth', 'status'],
    judge({ authMethod, apiKeySource, apiProvider }) {
      const said = `authMethod ${authMethod}, apiKeySource ${apiKeySource}, apiProvider ${apiProvider}`
      const ours = authMethod === 'api_key_helper' && apiKeySource === 'apiKeyHelper' && apiProvider === 'firstParty'
      return { agrees: ours, detail: `claude auth status: ${said}` }
    },
  },
  // Seen with Codex 0.169: the effective provider, also when requirements.toml overrides it.
  codex: {
    args: ['doctor', '--json'],
    judge({ checks }) {
      const load = (checks as Record<string, { details?: Record<string, unknown> } | undefined> | undefined)?.[
        'config.load'
      ]
      const provider = load?.details?.['model provider']
      if (provider === undefined) return { agrees: undefined, detail: 'codex doctor names no model provider' }
      return { agrees: provider === 'gate', detail: `codex doctor: model provider ${String(provider)}` }
    },
  },
  // Seen with OpenCode 1.18.33: what all files and plugins together say, keys masked.
  opencode: {
    args: ['debug', 'config'],
    judge({ model, provider }) {
      if (typeof model !== 'string') return { agrees: undefined, detail: 'opencode debug config names no model' }
      const id = model.split('/', 1)[0] ?? ''
      const isThere = typeof provider === 'object' && provider !== null && Object.hasOwn(provider, id)
      const isOurs = id === 'gate' || id === 'gate-anthropic'
      const missing = isOurs && !isThere ? ', whose provider is missing' : ''
      return { agrees: isOurs && isThere, detail: `opencode debug config: model ${model}${missing}` }
    },
  },
}

/** Undefined for clients that cannot be asked. Never sends a model request. */
export async function clientAgreement(session: Session, id: string): Promise<Agreement | undefined> {
  const question = QUESTIONS[id]
  if (question === undefined) return undefined
  const { host, plugins, signal } = session
  const { location } = await plugins.call(id, 'detect', LOOK_LIMIT_MS, (plugin) => plugin.detect(host))
  if (location === undefined) return { agrees: undefined, detail: 'its executable was not found' }
  const result = await host.process.run(host.toNative(location), question.args, {
    timeoutMs: ASK_LIMIT_MS,
    signal,
    cwd: host.cwd,
    // A client has no use for what gate keeps its secrets with.
    env: { ...host.env, GATE_TOKEN: undefined, GATE_SECRET_STORE_PASSPHRASE: undefined },
  })
  if (result.timedOut) return { agrees: undefined, detail: `no answer within ${ASK_LIMIT_MS / 1000} s` }
  const answer = parseObject(result.stdout)
  if (answer === undefined) return { agrees: undefined, detail: `it cannot be asked (exit code ${result.code})` }
  return question.judge(answer)
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
