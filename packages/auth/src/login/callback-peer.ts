import type { Socket } from 'node:net'
import type { Host } from '@gate/core'

const CONNECTED = '01'

/**
 * Whether a connection to our loopback listener comes from a process of another user of this machine. Root is none: it
 * forwards ports of containers, and may do anything anyhow. Linux tells; elsewhere, and where it does not, nobody is another.
 */
export async function isOfAnotherUser(host: Host, socket: Pick<Socket, 'localPort' | 'remotePort'>): Promise<boolean> {
  const { uid } = host.process
  const { localPort, remotePort } = socket
  if (host.platform !== 'linux' || uid === undefined || localPort === undefined || remotePort === undefined)
    return false
  // A program with an IPv6 socket is in the second table, also when it speaks IPv4.
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const text = await host.fs.readFile(table, 'latin1').catch(() => '')
    const owner = ownerOfConnection(text, remotePort, localPort)
    if (owner !== undefined) return owner !== uid && owner !== 0
  }
  return false
}

/**
 * The user whose process has a loopback connection from one port to another, in the text of `/proc/net/tcp`. Pure.
 *
 * @see https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html
 */
export function ownerOfConnection(table: string, fromPort: number, toPort: number): number | undefined {
  const [from, to] = [fromPort, toPort].map((port) => port.toString(16).toUpperCase().padStart(4, '0'))
  for (const line of table.split('\n')) {
    const [, local = '', remote = '', state, , , , uid = ''] = line.trim().split(/\s+/)
    const isIt = isLoopback(local) && isLoopback(remote) && local.endsWith(`:${from}`) && remote.endsWith(`:${to}`)
    if (isIt && state === CONNECTED && /^\d+$/.test(uid)) return Number(uid)
  }
  return undefined
}

/** 127.0.0.1, as itself or inside IPv6, in the byte order of either kind of machine. */
function isLoopback(address: string): boolean {
  return /^(?:[0F]{24})?(?:0100007F|7F000001):/.test(address)
}
