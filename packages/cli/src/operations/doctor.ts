import type { Connection, Host } from '@gate/core'
import { profileProblems } from '../profile/index.js'
import type { Check } from './checks/check.js'
import { checkClients } from './checks/clients.js'
import { checkConfiguration, checkPlugins } from './checks/configuration.js'
import { checkGatewayAnswers } from './checks/gateway.js'
import { checkIssuer } from './checks/issuer.js'
import { checkDirectories, checkNode, checkTlsVariable } from './checks/machine.js'
import { checkProxy } from './checks/proxy.js'
import { checkSignIn } from './checks/sign-in.js'
import { type LiveResult, liveRequests } from './live.js'
import { connectionWithHelper, reread, type Session } from './session.js'
import { status } from './status.js'

export interface DoctorOptions {
  /** `process.versions.node`. */
  readonly nodeVersion: string
  /** Send one real request per protocol of the connection. Default false. */
  readonly live?: boolean
}

export interface DoctorResult {
  readonly profile: string
  readonly platform: Host['platform']
  readonly checks: readonly Check[]
  /** 0 when nothing failed, else that of the first failed check. */
  readonly exitCode: number
}

/**
 * Runs every check. Reads, asks the network, and runs the helper and the clients; keeps in
 * the profile what the gateway answered, and changes nothing else.
 */
export async function doctor(session: Session, options: DoctorOptions): Promise<DoctorResult> {
  const checks: Check[] = [checkNode(options.nodeVersion), ...checkTlsVariable(session.host.env)]
  session.progress('Looking at the machine')
  checks.push(await checkDirectories(session.host), checkConfiguration(session), ...(await checkPlugins(session)))
  const connection = usableConnection(session)
  if (connection) {
    checks.push(...checkProxy(session.host.env, connection))
    session.progress('Asking the issuer')
    checks.push(...(await checkIssuer(session, connection)))
    session.progress('Running the helper')
    const helperInUse = (await session.host.engine.receipts(session.host)).some(
      ({ profile }) => profile === connection.profile,
    )
    const { checks: signIn, token } = await checkSignIn(session, connection, helperInUse)
    checks.push(...signIn)
    session.progress('Asking the gateway')
    checks.push(...(await checkGatewayAnswers(session, connection, token)))
    if (options.live) checks.push(...(await liveRequests(session, [connection])).map(liveCheck))
  }
  session.progress('Asking the clients')
  // After the gateway was asked, because clients are told by what it answered.
  const seen = await status(await reread(session), { ask: 'anew' })
  checks.push(...checkClients(seen))
  return {
    profile: session.profileName,
    platform: session.host.platform,
    checks,
    exitCode: exitCodeOf(checks),
  }
}

function usableConnection(session: Session): Connection | undefined {
  if (session.configError || profileProblems(session.profile).length > 0) return undefined
  return connectionWithHelper(session.host, session.profileName, session.profile)
}

function exitCodeOf(checks: readonly Check[]): number {
  const failed = checks.find((check) => check.result === 'fail')
  return failed === undefined ? 0 : (failed.exitCode ?? 1)
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
