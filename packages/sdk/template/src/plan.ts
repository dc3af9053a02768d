import type { Connection, Host, Plan } from '@gate/core'

export const CLIENT_ID = 'example'

/** The keys that make the client use the gateway. Pure: the same input gives the same plan. */
export function plan(host: Host, connection: Connection): Plan {
  const file = host.path.join(host.home, '.example', 'config.json')
  return {
    clientId: CLIENT_ID,
    edits: [
      { kind: 'json', dialect: 'jsonc', file, path: ['llm', 'baseUrl'], value: connection.gatewayUrl },
      {
        kind: 'json',
        dialect: 'jsonc',
        file,
        path: ['llm', 'tokenCommand'],
        value: [connection.helper.command, ...connection.helper.args, '--client', CLIENT_ID],
      },
    ],
  }
}
