import type { Finding } from '@gate/core'
import type { Healed } from '../teardown/heal.js'

/** Returns what became of work that a killed gate had left, as notes. */
export function recoveryNotes({ recovered, pending }: Healed): Finding[] {
  const notes = recovered.map(
    ({ clientId, action, files }): Finding => ({
      code: `recovery-${action}`,
      severity: 'info',
      message:
        action === 'conflict'
          ? `An interrupted change of ${clientId} was left as it is, because ${files.join(', ')} was changed meanwhile.`
          : `An interrupted change of ${clientId} was ${action === 'finished' ? 'finished' : 'rolled back'}.`,
    }),
  )
  return pending === undefined
    ? notes
    : [
        ...notes,
        { code: 'recovery-pending', severity: 'info', message: `An interrupted change is pending: ${pending.message}` },
      ]
}
