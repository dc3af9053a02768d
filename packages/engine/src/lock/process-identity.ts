import type { Host } from '@gate/core'

/** A process so named that a later one with the same id is not mistaken for it. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it started, in ticks since boot; null where the system does not tell cheaply. */
  readonly startTime: string | null
  /** Boot and process-id namespace; null where the system has no such thing. */
  readonly namespace: string | null
}

/** The identity of the process that runs. */
export async function ownIdentity(host: Host): Promise<ProcessIdentity> {
  const pid = host.process.pid
  return { pid, startTime: (await processStat(host, pid))?.startTime ?? null, namespace: await namespaceOf(host) }
}

/**
 * Whether a process is surely gone. False when that cannot be known, e.g. for a process of another machine or container
 * that shares the directory.
 */
export async function isDead(host: Host, identity: ProcessIdentity): Promise<boolean> {
  if (identity.namespace !== (await namespaceOf(host))) return false
  if (!host.process.isRunning(identity.pid)) return true
  if (identity.startTime === null) return false
  const stat = await processStat(host, identity.pid)
  // A zombie still has its id, but will never run again.
  return stat !== undefined && (stat.startTime !== identity.startTime || stat.state === 'Z' || stat.state === 'X')
}

async function namespaceOf(host: Host): Promise<string | null> {
  if (host.platform !== 'linux') return null
  try {
    const boot = await host.fs.readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()} ${await host.fs.readlink('/proc/self/ns/pid')}`
  } catch {
    return null
  }
}

/** @see proc_pid_stat(5): field 3 is the state, field 22 the start time; field 2 may hold spaces and parentheses. */
async function processStat(host: Host, pid: number): Promise<{ state: string; startTime: string } | undefined> {
  if (host.platform !== 'linux') return undefined
  try {
    const text = await host.fs.readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state, startTime] = [fields[0], fields[19]]
    return state !== undefined && startTime !== undefined ? { state, startTime } : undefined
  } catch {
    return undefined
  }
}
