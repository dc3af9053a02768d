import type { Protocol } from '@gate/core'
import type { Session } from '../session.js'
import { protocolsOf } from './gateway-reasons.js'

/** A configured client, and what it needs of the gateway of its profile. */
export interface GatewayUser {
  readonly id: string
  readonly profile: string
  /** Undefined when its plugin does not say, or is not to be had. */
  readonly protocols: readonly Protocol[] | undefined
}

/** The clients that are configured. Never throws for a plugin that is gone or broken. */
export async function gatewayUsers({ host, plugins }: Session): Promise<GatewayUser[]> {
  const receipts = await host.engine.receipts()
  return Promise.all(
    receipts.map(async ({ clientId: id, profile }) => {
      const plugin = await plugins.load(id).catch(() => undefined)
      return { id, profile, protocols: plugin && protocolsOf(plugin) }
    }),
  )
}

/**
 * Ids of the clients that have nothing else to speak: those that could use a protocol, without those that have another one
 * that works. Pure.
 *
 * @param works Whether a protocol was seen to work.
 */
export function neededBy(
  protocol: Protocol,
  users: readonly GatewayUser[],
  works: (protocol: Protocol) => boolean,
): readonly string[] {
  return users
    .filter(({ protocols }) => protocols === undefined || (protocols.includes(protocol) && !protocols.some(works)))
    .map(({ id }) => id)
}
