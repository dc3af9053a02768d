import type { Host } from '@gate/core'

/**
 * The directory of the process that looks at it. Linux makes it at the first look, so its modification time is the time
 * of day, and `ls` tells that along with what else the shim asks it, which spares a run of `date`. Two slashes sort it
 * before nearly every other path.
 */
export const PROC_CLOCK = '//proc/self/'

/** Milliseconds that the two clocks may be apart: `ls` tells whole seconds, and starting it takes a moment. */
const TOLERANCE_MS = 5000

/**
 * Whether `ls` really tells the time by {@link PROC_CLOCK} here: other kernels that run Linux programs (WSL 1, gVisor) and
 * other programs of the name (busybox) may not.
 */
export async function procTellsTime(host: Pick<Host, 'platform' | 'process' | 'clock'>): Promise<boolean> {
  if (host.platform !== 'linux') return false
  // A setup writes the helper once per client; `ls` says the same each time.
  const known = told.get(host.process) ?? askLs(host)
  told.set(host.process, known)
  return known
}

const told = new WeakMap<Host['process'], Promise<boolean>>()

async function askLs(host: Pick<Host, 'process' | 'clock'>): Promise<boolean> {
  try {
    const env = { LC_ALL: 'C', TIME_STYLE: '+%s - -' }
    const { code, stdout } = await host.process.run('/bin/ls', ['-dn', PROC_CLOCK], { env, timeoutMs: 2000 })
    const seconds = /^d\S+ +\d+ +\d+ +\d+ +\d+ (?<seconds>\d{10}) - - \/\/proc\/self\/\n$/.exec(stdout)?.groups?.seconds
    return code === 0 && Math.abs(Number(seconds) * 1000 - host.clock.now()) <= TOLERANCE_MS
  } catch {
    return false
  }
}
