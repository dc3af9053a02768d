import { tableAt } from '@gate/client-kit'
import { type Answer, advice, type Connection, type Finding, type Host, isTable, type Table } from '@gate/core'
import type { PrivateCopy } from './ask-copy.js'
import { EVERYDAY_AGENTS } from './model-overrides.js'
import { configFile, pluginFile } from './paths.js'
import { defaultModels, isOffered, PROVIDERS, providerName } from './provider-models.js'

type Said = { readonly program: string; readonly version?: string }

export function silent(why: string): Answer {
  return {
    kind: 'silent',
    reason: { code: 'not-asked', severity: 'error', message: `OpenCode could not be asked: ${why}.` },
  }
}

/** Whether the merged configuration leads to the gateway. Pure. */
export function judgeConfig(host: Host, said: Said, stdout: string, connection: Connection | undefined): Answer {
  let config: unknown
  try {
    config = JSON.parse(stdout)
  } catch {
    return silent('what it prints is no configuration')
  }
  if (!isTable(config)) return silent('what it prints is no configuration')
  const [first, ...rest] = differences(host, config, connection).map((message): Finding => {
    return { code: 'client-uses-other', severity: 'error', message }
  })
  return first
    ? { kind: 'denies', ...said, about: 'elsewhere', reasons: [first, ...rest] }
    : { kind: 'confirms', ...said }
}

function differences(host: Host, config: Table, connection: Connection | undefined): readonly string[] {
  const found: string[] = []
  const plugin = `/opencode/plugin/${host.path.basename(pluginFile(host))}`
  const plugins = Array.isArray(config.plugin) ? config.plugin : []
  if (!plugins.some((one) => String(one).endsWith(plugin)))
    found.push("OpenCode would not load gate's plugin file here.")
  for (const key of ['model', 'small_model']) {
    const value = config[key]
    if (!leadsToGateway(value, connection)) found.push(`OpenCode would use the ${key} ${named(value)} here.`)
  }
  for (const name of [...EVERYDAY_AGENTS, String(config.default_agent ?? '')]) {
    const { model } = tableAt(config, 'agent', name)
    if (model !== undefined && !leadsToGateway(model, connection)) {
      found.push(`OpenCode would use the model ${named(model)} for the agent ${name} here.`)
    }
  }
  const used =
    connection && connection.models.length > 0 ? Object.values(defaultModels(connection)).map(providerName) : PROVIDERS
  const { disabled_providers: disabled, enabled_providers: enabled } = config
  const hidden = used.find((id) => {
    return (Array.isArray(disabled) && disabled.includes(id)) || (Array.isArray(enabled) && !enabled.includes(id))
  })
  if (hidden !== undefined) found.push(`OpenCode would not find the provider ${hidden} here.`)
  return found
}

function leadsToGateway(model: unknown, connection: Connection | undefined): boolean {
  return typeof model === 'string' && PROVIDERS.includes(providerName(model)) && isOffered(model, connection)
}

/** Out of a variable or a file it could be anything, a secret, too. */
function named(model: unknown): string {
  if (typeof model !== 'string') return 'of its own choice'
  const provider = /^([\w.-]+)\//.exec(model)?.[1]
  return provider === undefined ? 'of another provider' : `of the provider ${provider}`
}

/** What OpenCode says about a file that it does not start with. */
export async function refusedConfig(host: Host, said: Said, output: string, copy: PrivateCopy): Promise<Answer> {
  const match = /(?:Configuration is invalid at|Config file at) (\S+?)(?: is not valid JSON\(C\)|$)([\s\S]*)/m.exec(
    output,
  )
  const native = match?.[1]
  if (native === undefined) return silent('it ended without naming a file')
  const file =
    copy.originalOf(fromNative(host, copy, native)) ?? (native === 'OPENCODE_CONFIG_CONTENT' ? undefined : native)
  const reason: Finding = {
    code: 'client-refuses-file',
    severity: 'error',
    message: `OpenCode does not start here: ${wordsOf(match?.[2] ?? '')}.`,
    ...(file === undefined ? {} : { place: { file, ...lineOf(match?.[2] ?? '') } }),
    fix: advice('Correct the file.'),
  }
  return { kind: 'denies', ...said, about: file === configFile(host) ? 'file' : 'elsewhere', reasons: [reason] }
}

/** The path on the host of a file in the copy. */
function fromNative(host: Host, { directory }: PrivateCopy, native: string): string {
  const root = host.toNative(directory)
  return native.startsWith(root) ? host.path.join(directory, native.slice(root.length)) : native
}

/** OpenCode's own words without the values that it quotes, which may be secrets, and without the text of the file. */
function wordsOf(text: string): string {
  const complaints = [...text.matchAll(/^↳ (.*)$/gm)].map(([, line = '']) => line.replace(/, got .*? (\S+)$/, ' at $1'))
  const syntax = [...text.matchAll(/^(\w+ at line \d+, column \d+)$/gm)].map(([, line = '']) => line)
  return [...new Set([...complaints, ...syntax])].join('; ') || 'it cannot read its configuration'
}

function lineOf(text: string): { readonly line?: number } {
  const line = /at line (\d+), column/.exec(text)?.[1]
  return line === undefined ? {} : { line: Number(line) }
}
