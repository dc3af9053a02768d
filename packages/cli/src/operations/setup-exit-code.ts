import { exitCodeOf } from '@gate/core'
import { exitCodeOfClients } from './client-outcome.js'
import type { ClientSetup } from './configure-clients.js'

/**
 * Exit code of a setup: 0 when every client that could be set up was, 4 when some were, else that of the first failure.
 * One that was named and is passed over was not set up, which is what was asked for. Pure.
 *
 * @param named Ids of the clients that were asked for.
 */
export function exitCodeOfSetup(clients: readonly ClientSetup[], named: readonly string[]): number {
  const outcomes = clients.map((client) => ({
    outcome: outcomeOf(client, named),
    ...(client.error === undefined ? {} : { error: client.error }),
  }))
  const isUnspoken = (client: ClientSetup) => client.error?.code === 'protocol-not-spoken'
  const code = exitCodeOfClients(outcomes)
  const nothingDone = code === 0 && clients.some(isUnspoken) && !outcomes.some(({ outcome }) => outcome === 'done')
  return nothingDone ? exitCodeOf('protocol-not-spoken') : code
}

function outcomeOf(
  { id, result, rejection, error }: ClientSetup,
  named: readonly string[],
): 'done' | 'failed' | 'passed-over' {
  if (result === 'failed' || rejection !== undefined) return 'failed'
  if (result !== 'skipped') return 'done'
  return error?.code === 'protocol-not-spoken' && named.includes(id) ? 'failed' : 'passed-over'
}
