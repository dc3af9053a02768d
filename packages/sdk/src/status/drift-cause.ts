import type { ClientStatus, Connection, Finding, Host } from '@gate/core'
import { recallClient } from '../setup/client-record.js'
import { changedFacts, connectionFacts } from '../setup/connection-changes.js'
import { driftReason } from './drift-reason.js'

/**
 * Drift told by its cause. Where the profile was changed after the client was set up, every key of the plan differs from
 * its file, and the files are as gate wrote them: one fact, and what is to be done about it. What somebody changed in the
 * files besides is told as well.
 */
export async function withCause(host: Host, status: ClientStatus, connection: Connection): Promise<ClientStatus> {
  if (status.state !== 'drifted') return status
  const before = (await recallClient(host, status.id)).connection
  const changed = before === undefined ? [] : changedFacts(before, connectionFacts(connection))
  if (changed.length === 0) return status
  const cause: Finding = {
    code: 'connection-changed',
    severity: 'error',
    message: `${changed.join(' and ')} of profile "${connection.profile}" changed after this client was set up.`,
    fix: { action: 'setup', client: status.id },
  }
  const { drifts } = await host.engine.inspect(status.id)
  // A gateway has a helper of its own, which setup writes.
  const symptom = ({ code }: Finding) =>
    code.startsWith('drift-') || (code.startsWith('helper-') && changed.includes('gateway-url'))
  return {
    ...status,
    reasons: [
      cause,
      ...drifts.map((drift) => driftReason(drift)),
      ...status.reasons.filter((reason) => !symptom(reason)),
    ],
  }
}
