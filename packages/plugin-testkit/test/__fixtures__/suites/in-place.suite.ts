import type { ClientPlugin, Host } from '@gate/core'
import { GateError } from '@gate/core'
import { config, honestPlugin, suiteOf } from './example-client.js'

const REMEMBERED = '/gate/remembered'

// Writes the file of its user itself, in place and in two steps, with its own memory.
const plugin: ClientPlugin = {
  ...honestPlugin,
  async configure(host, connection, options) {
    const before = await textOf(host)
    const settings = parse(before)
    const after = JSON.stringify({ ...settings, llm: { url: connection.gatewayUrl } })
    const changes = [{ path: config(host), before, after }]
    const result = { edits: [], changes, notes: [], clientNotes: [] }
    if (before === after) return { ...result, result: 'unchanged', changes: [] }
    if (options?.dryRun) return { ...result, result: 'configured' }
    await host.fs.mkdir(host.path.dirname(REMEMBERED), { recursive: true })
    await host.fs.writeFile(REMEMBERED, JSON.stringify({ before }))
    await host.fs.mkdir(host.path.dirname(config(host)), { recursive: true })
    await host.fs.writeFile(config(host), '')
    await host.fs.writeFile(config(host), after)
    return { ...result, result: 'configured' }
  },
  async revert(host) {
    const result = { edits: [], changes: [], notes: [], clientNotes: [] }
    const remembered = await host.fs.readFile(REMEMBERED, 'utf8').catch(() => undefined)
    if (remembered === undefined) return { ...result, result: 'nothing-to-do' }
    const { before } = JSON.parse(remembered) as { before?: string }
    if (before === undefined) await host.fs.rm(host.path.dirname(config(host)), { recursive: true })
    else await host.fs.writeFile(config(host), before)
    await host.fs.rm(REMEMBERED)
    return { ...result, result: 'reverted' }
  },
}

async function textOf(host: Host): Promise<string | undefined> {
  return host.fs.readFile(config(host), 'utf8').catch(() => undefined)
}

function parse(text: string | undefined): object {
  try {
    return JSON.parse(text || '{}') as object
  } catch {
    throw new GateError({ code: 'file-unparsable', message: 'It is no JSON.', file: 'config.json', line: 1 })
  }
}

suiteOf(plugin)
