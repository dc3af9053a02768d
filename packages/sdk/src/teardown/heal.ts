import { type Finding, findingOf, gatePaths, type Host, type RecoveryReport } from '@gate/core'
import type { Session } from '../session.js'

/** What became of work that a killed gate had left. */
export interface Healed {
  readonly recovered: readonly RecoveryReport[]
  /** Why it could not be finished now; the next command tries again. */
  readonly pending?: Finding
}

/**
 * Finishes or rolls back what a killed gate left. The journal is empty on all but a few days, so it is looked at before
 * the engine, which takes a lock and makes directories for that, is asked. Never throws.
 */
export async function heal({ host }: Session): Promise<Healed> {
  if (!(await isInterrupted(host))) return { recovered: [] }
  try {
    return { recovered: await host.engine.recover() }
  } catch (error) {
    return { recovered: [], pending: findingOf(error) }
  }
}

/** Names such work for a dry run, which leaves it where it is. Never throws. */
export async function pendingChange({ host }: Session): Promise<Finding[]> {
  if (!(await isInterrupted(host))) return []
  return [
    {
      code: 'recovery-pending',
      severity: 'info',
      message: 'An interrupted change is pending; the next command finishes it.',
    },
  ]
}

/** The same for a status, which writes nothing either: a look at how things are changes none of them. Never throws. */
export async function unhealed({ host }: Session): Promise<Healed> {
  if (!(await isInterrupted(host)) || (await isAtWork(host))) return { recovered: [] }
  const message = 'the next setup or teardown finishes it first.'
  return { recovered: [], pending: { code: 'recovery-pending', severity: 'error', message, fix: { action: 'setup' } } }
}

/** A journal whose process is at work is no interruption. */
async function isAtWork(host: Host): Promise<boolean> {
  return (await import('@gate/engine')).isLocked(host, 'engine').catch(() => false)
}

async function isInterrupted(host: Host): Promise<boolean> {
  const journal = await host.fs.readdir(host.toNative(gatePaths(host).journal)).catch(() => [])
  return journal.length > 0
}
