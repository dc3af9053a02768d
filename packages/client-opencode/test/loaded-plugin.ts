import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Connection } from '@gate/core'
import { createTestHost, testConnection } from '@gate/plugin-testkit'
import { pluginText } from '../src/plugin-text.js'

export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What OpenCode hands to the hook, and what the hook makes of it. */
export interface OpencodeConfig {
  model?: string
  small_model?: string
  provider?: Record<
    string,
    { npm?: string; models?: Record<string, object>; options?: { baseURL?: string; apiKey?: string; fetch?: Fetch } }
  >
}

/** A request as a server saw it. */
export interface Seen {
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly seen: Seen[]
}

/** A server on loopback; `answer` gets the requests one after the other. */
export async function serve(answer: (seen: Seen, response: ServerResponse) => void): Promise<TestServer> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const one = { url: request.url ?? '', headers: request.headers, body }
    seen.push(one)
    answer(one, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The plugin file, written and loaded as OpenCode does it, with a helper that is a shell script. */
export interface LoadedPlugin extends AsyncDisposable {
  readonly text: string
  /** How often the helper ran, and with which arguments. */
  helperRuns(): Promise<string[]>
  /** Runs the hook on a configuration. */
  configure(config?: OpencodeConfig): Promise<OpencodeConfig>
  /** The fetch of a provider. */
  fetch(provider?: string): Promise<Fetch>
}

/** @param helper Body of the helper; `$RUN` is the number of its run, counted from 1. */
export async function loadPlugin(
  gatewayUrl: string,
  helper: string,
  changes: Partial<Connection> = {},
): Promise<LoadedPlugin> {
  const directory = await mkdtemp(join(tmpdir(), 'gate-opencode-'))
  const command = join(directory, "the helper's $HOME")
  const log = join(directory, 'runs')
  const script = `#!/bin/sh\necho "$*" >> '${log}'\nRUN=$(wc -l < '${log}' | tr -d ' ')\n${helper}\n`
  await writeFile(command, script)
  await chmod(command, 0o755)
  await using host = await createTestHost()
  const connection = testConnection('linux', {
    gatewayUrl,
    paths: { anthropic: '/a', openai: '/o' },
    models: [{ id: 'claude-x' }, { id: 'gpt-x', displayName: 'GPT X', contextWindow: 1000 }],
    helper: { command, args: [] },
    ...changes,
  })
  const text = pluginText(host, connection)
  const file = join(directory, 'gate.mjs')
  await writeFile(file, text)
  const module = (await import(pathToFileURL(file).href)) as {
    default(): Promise<{ config(config: OpencodeConfig): Promise<void> }>
  }
  const configure: LoadedPlugin['configure'] = async (config = {}) => {
    await (await module.default()).config(config)
    return config
  }
  return {
    text,
    helperRuns: async () => (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(0, -1),
    configure,
    async fetch(provider = 'gate') {
      const fetch = (await configure()).provider?.[provider]?.options?.fetch
      if (!fetch) throw new Error(`no provider ${provider}`)
      return fetch
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
}
