import { existsSync } from 'node:fs'

const exit: typeof process.exit = process.exit.bind(process)
const SHELL = '/bin/sh'
const waiting = new Set<Promise<unknown>>()

/** Watches a call that the operating system may keep waiting: should it be given up, the process can end without it. */
export function watchNativeCall(call: Promise<unknown>): void {
  const settled = () => void waiting.delete(call)
  waiting.add(call)
  call.then(settled, settled)
}

/** Whether something is under way that Node would wait for, although everybody here has given it up. */
export function isHeldUp(): boolean {
  // A name that no server answers for: ten seconds and more for each line of resolv.conf.
  return waiting.size > 0 || process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')
}

/**
 * Ends the process.
 *
 * Node joins its thread pool even in `process.exit`, and a keychain or a resolver that does not answer blocks a thread of
 * it for as long as it likes. A process that becomes another program is rid of its threads at once. Windows has no such
 * call and is left as it is.
 */
export const endProcess: typeof process.exit = (code) => {
  if (isHeldUp() && process.platform !== 'win32' && typeof process.execve === 'function' && existsSync(SHELL)) {
    const number = Number(code ?? process.exitCode ?? 0) & 0xff
    try {
      // What is to be done at the end, such as giving locks back, waits for this.
      process.emit('exit', number)
    } catch {
      // Not worth to stay for.
    }
    // The warning that this call is experimental comes with the next turn of the event loop, so never.
    process.execve(SHELL, ['sh', '-c', `exit ${number}`], {})
  }
  return exit(code)
}
