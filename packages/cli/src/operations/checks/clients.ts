import type { ClientStatus, Reason } from '@gate/core'
import type { Session } from '../session.js'
import type { StatusResult } from '../status.js'
import { type Check, failedCheck } from './check.js'
import { clientAgreement } from './client-agreement.js'

/** Per client: what `status` says of it, and whether the client itself agrees. */
export async function checkClients(session: Session, seen: StatusResult): Promise<Check[]> {
  const checks = await Promise.all(
    seen.clients.map(async (client) => [
      judge(client),
      ...(['connected', 'drifted', 'overridden'].includes(client.state) ? await agreement(session, client) : []),
    ]),
  )
  return checks.flat()
}

async function agreement(session: Session, client: ClientStatus): Promise<Check[]> {
  const base = { id: `client.${client.id}.agrees`, title: `${client.displayName}, asked itself` }
  try {
    const said = await clientAgreement(session, client.id)
    if (said === undefined) return []
    if (said.agrees === undefined) return [{ ...base, result: 'unknown', detail: said.detail }]
    // The client is the authority on what it will use; when it disagrees, files and environment explain it.
    return [
      {
        ...base,
        result: said.agrees ? 'pass' : 'fail',
        detail: said.detail,
        ...(said.agrees ? {} : { fix: `gate status ${client.id}` }),
      },
    ]
  } catch (error) {
    return [{ ...failedCheck(base.id, base.title, error), result: 'unknown' }]
  }
}

function judge(client: ClientStatus): Check {
  const base = { id: `client.${client.id}`, title: client.displayName }
  const version = client.version === undefined ? '' : `, version ${client.version}`
  const reason: Reason | undefined = client.reasons[0]
  switch (client.state) {
    case 'connected':
      return { ...base, result: 'pass', detail: `connected${version}` }
    case 'not-installed':
      return reason === undefined
        ? { ...base, result: 'pass', detail: 'not installed' }
        : { ...base, result: 'warn', detail: reason.message, ...(reason.fix === undefined ? {} : { fix: reason.fix }) }
    case 'detected':
      return {
        ...base,
        result: 'warn',
        detail: `installed and not configured${version}`,
        fix: `gate setup --client ${client.id}`,
      }
    case 'overridden': {
      const by = client.overrides.filter((override) => override.severity === 'override')
      const detail = by.map((override) => `${override.location}: ${override.effect}`).join('; ')
      return {
        ...base,
        result: 'fail',
        detail: `overridden by ${detail}`,
        fix: 'Remove what overrides it, or work elsewhere.',
      }
    }
    case 'no-token':
    case 'drifted':
      return {
        ...base,
        result: 'fail',
        detail: client.reasons.map(({ message }) => message).join(' '),
        fix: reason?.fix ?? `gate setup --client ${client.id}`,
      }
    case 'unknown':
      return {
        ...base,
        result: 'unknown',
        detail: reason?.message ?? 'could not be looked at',
        ...(reason?.fix === undefined ? {} : { fix: reason.fix }),
      }
  }
}
