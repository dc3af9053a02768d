import { gatePaths, type Host } from '@gate/core'
import { askedMarkName } from './asked-mark.js'

/**
 * When a client was last given a token by the helper.
 *
 * @param profile Name of the profile that the token was of.
 * @param clientId Id of the client, as its helper is called with.
 * @returns Milliseconds since the epoch; undefined when it never was, or nothing of it could be noted.
 */
export async function lastAsked(host: Host, profile: string, clientId: string): Promise<number | undefined> {
  const name = askedMarkName(profile, clientId)
  if (name === undefined) return undefined
  try {
    const stats = await host.fs.lstat(host.toNative(host.path.join(gatePaths(host).tokens, name)))
    const { uid } = host.process
    return stats.isFile() && (uid === undefined || stats.uid === uid) ? stats.mtimeMs : undefined
  } catch {
    return undefined
  }
}
