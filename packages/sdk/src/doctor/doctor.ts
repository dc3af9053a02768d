import type { Connection, Host } from '@gate/core'
import { profileProblems } from '../profile/index.js'
import { connectionWithHelper, reread, type Session } from '../session.js'
import { type LiveResult, liveRequests } from '../status/live.js'
import { status } from '../status/status.js'
import type { Check } from './checks/check.js'
import { checkClients } from './checks/clients.js'
import { checkConfiguration, checkPlugins } from './checks/configuration.js'
import { checkGatewayAnswers } from './checks/gateway.js'
import { checkIssuer } from './checks/issuer.js'
import { checkDirectories, checkNode, checkTlsVariable } from './checks/machine.js'
import { checkProxy } from './checks/proxy.js'
import { checkSignIn } from './checks/sign-in.js'

export interface DoctorOptions {
  /** Send one real request per protocol of the connection. Default false. */
  readonly live?: boolean
}

export interface DoctorResult {
  readonly profile: string
  readonly platform: Host['platform']
  /** Home directory, which is in paths of `checks` and usually holds the user's name. */
  readonly home: string
  readonly checks: readonly Check[]
}

/**
 * Runs every check. Reads, asks the network, and runs the helper and the clients; keeps in
 * the profile what the gateway answered, and changes nothing else.
 */
export async function doctor(session: Session, options: DoctorOptions = {}): Promise<DoctorResult> {
  const checks: Check[] = [checkNode(session.installation.nodeVersion), ...checkTlsVariable(session.host.env)]
  session.progress({ step: 'look-at-machine' })
  checks.push(await checkDirectories(session.host), checkConfiguration(session), ...(await checkPlugins(session)))
  const connection = usableConnection(session)
  if (connection) {
    checks.push(...checkProxy(session.host.env, connection))
    session.progress({ step: 'ask-issuer' })
    checks.push(...(await checkIssuer(session, connection)))
    session.progress({ step: 'run-helper' })
    const helperInUse = (await session.host.engine.receipts()).some(({ profile }) => profile === connection.profile)
    const { checks: signIn, token } = await checkSignIn(session, connection, helperInUse)
    checks.push(...signIn)
    session.progress({ step: 'ask-gateway' })
    checks.push(...(await checkGatewayAnswers(session, connection, token)))
    if (options.live) checks.push(...(await liveRequests(session, [connection])).map(liveCheck))
  }
  session.progress({ step: 'ask-clients' })
  // After the gateway was asked, because clients are told by what it answered.
  const seen = await status(await reread(session), { ask: 'anew' })
  checks.push(...checkClients(seen))
  return {
    profile: session.profileName,
    platform: session.host.platform,
    home: session.host.home,
    checks,
  }
}

function usableConnection(session: Session): Connection | undefined {
  if (session.configError || profileProblems(session.profile).length > 0) return undefined
  return connectionWithHelper(session.host, session.profileName, session.profile)
}

function liveCheck(live: LiveResult): Check {
  const result = live.outcome === 'answered' || !live.needed ? 'pass' : 'fail'
  return {
    id: `live.${live.protocol}`,
    title: `Real request, ${live.protocol}`,
    result,
    detail: `${live.url}: ${live.detail}${live.outcome === 'answered' || live.needed ? '' : '; no configured client needs it'}`,
  }
}
