import type { ClientDefinition, ClientPlugin, Host } from '@gate/core'
import { defineClient } from '@gate/core'
import { type ClientSuite, testClientPlugin } from '../../../src/index.js'

/** A small, honest plugin, as a third party would write it. */
export const honest: ClientDefinition = {
  id: 'example',
  displayName: 'Example',
  async detect(host) {
    const installed = await host.fs.stat(program(host)).then(
      () => true,
      () => false,
    )
    return { installed, evidence: [`${program(host)} ${installed ? 'exists' : 'is absent'}`] }
  },
  plan(host, connection) {
    const file = config(host)
    return {
      clientId: 'example',
      edits: [
        { kind: 'json', dialect: 'strict', file, path: ['llm', 'url'], value: connection.gatewayUrl },
        { kind: 'json', dialect: 'strict', file, path: ['llm', 'command'], value: connection.helper.command },
      ],
    }
  },
}

export const honestPlugin: ClientPlugin = defineClient(honest)

export function config(host: Host): string {
  return host.path.join(host.home, '.example', 'config.json')
}

function program(host: Host): string {
  return host.path.join(host.home, 'bin', 'example')
}

/** Runs the suite on a plugin, with the scenarios that a plugin author would give. */
export function suiteOf(plugin: ClientPlugin, more: Partial<ClientSuite> = {}): void {
  testClientPlugin({
    plugin,
    installations: { linux: { files: { '~/bin/example': 'x' } }, win32: { files: { '~/bin/example': 'x' } } },
    scenarios: [
      { name: 'hand-formatted', files: { '~/.example/config.json': '{ "a" : 1,\n\t"llm": {"url":"https://mine"} }' } },
      { name: 'absent' },
      { name: 'broken', files: { '~/.example/config.json': '{ "a": ' }, refuses: 'file-unparsable', line: 1 },
    ],
    rewrite: (text) => JSON.stringify(JSON.parse(text.trim() || '{}'), null, 4),
    ...more,
  })
}
