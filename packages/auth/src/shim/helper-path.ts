import { gatePaths, type Host } from '@gate/core'
import { sha256Hex } from './sha256.js'

/**
 * The executable that clients run for a token: `<state>/bin/gate-token-<profile>-<tag>` (`.cmd` on Windows). The tag is made
 * of the gateway, because a profile may move to another one while a client still sends to the first: the helper which
 * that client runs is another file, and hands out nothing any more. Pure.
 *
 * @param host Only `directories`, `path` and `platform` are used.
 * @param gatewayUrl As it is in a {@link Connection}.
 */
export function helperPath(
  host: Pick<Host, 'directories' | 'path' | 'platform'>,
  profile: string,
  gatewayUrl: string,
): string {
  const tag = sha256Hex(gatewayUrl).slice(0, 8)
  const suffix = host.platform === 'win32' ? '.cmd' : ''
  return host.path.join(gatePaths(host).bin, `gate-token-${profile}-${tag}${suffix}`)
}
