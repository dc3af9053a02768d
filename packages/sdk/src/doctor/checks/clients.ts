import type { Finding } from '@gate/core'
import { advice } from '@gate/core'
import type { ClientReport } from '../../status/client-report.js'
import type { StatusResult } from '../../status/status.js'
import type { Check } from './check.js'

/** Per client: what `status` says of it, and whether the client itself agrees. Pure. */
export function checkClients(seen: StatusResult): Check[] {
  return seen.clients.flatMap((client) => [judge(client), ...agreement(client)])
}

/** The client is the authority on what it will use. A contrary answer has made its state, which is told already. */
function agreement({ id, displayName, state, confirmedBy, notes }: ClientReport): Check[] {
  if (state !== 'connected' && state !== 'no-token') return []
  const base = { id: `client.${id}.agrees`, title: `${displayName}, asked itself` }
  if (confirmedBy === null) {
    const why = notes.find(({ code }) => code === 'not-confirmed')?.message
    return [{ ...base, result: 'unknown', detail: why ?? 'Not confirmed.' }]
  }
  const { program, version = '' } = confirmedBy
  return [{ ...base, result: 'pass', detail: `${program} ${version}`.trimEnd() }]
}

function judge(client: ClientReport): Check {
  const base = { id: `client.${client.id}`, title: client.displayName }
  const version = client.version === undefined ? '' : `, version ${client.version}`
  const reason: Finding | undefined = client.reasons[0]
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
        fix: { action: 'setup', client: client.id },
      }
    case 'overridden': {
      const by = client.overrides.filter((override) => override.severity === 'override')
      const detail = by.map((override) => `${override.location}: ${override.effect}`).join('; ')
      return {
        ...base,
        result: 'fail',
        detail: `overridden by ${detail}`,
        fix: advice('Remove what overrides it, or work elsewhere.'),
      }
    }
    case 'no-token':
    case 'drifted':
      return {
        ...base,
        result: 'fail',
        detail: client.reasons.map(({ message }) => message).join(' '),
        fix: reason?.fix ?? { action: 'setup', client: client.id },
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
