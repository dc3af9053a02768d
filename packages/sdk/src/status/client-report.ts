import {
  type Action,
  type ClientStatus,
  type Connection,
  type Finding,
  findingOf,
  GateError,
  type Protocol,
  type ReceiptSummary,
} from '@gate/core'
import { askClient } from '../asking/ask-client.js'
import { type AnsweredStatus, unasked, withAnswer, withoutRepeats } from '../asking/confirmation.js'
import { LOOK_LIMIT_MS } from '../plugins/plugin-set.js'
import { type Profile, profileProblems, requireComplete } from '../profile/index.js'
import { connectionWithHelper, type Session } from '../session.js'
import { installing } from '../setup/known-clients.js'
import { noTokenReasons } from '../sign-in/no-token.js'
import { withCause } from './drift-cause.js'
import { driftReason } from './drift-reason.js'
import { gatewayReasons, type ProtocolUser, protocolsOf, unspokenNote } from './gateway-reasons.js'
import type { StatusAuth } from './sign-in-state.js'

/** Everything that is known of one client. */
export interface ClientReport extends AnsweredStatus {
  /** Whether gate has configured it, or has left something in it to undo. */
  readonly isSetUp: boolean
  /** When the helper last gave this client a token, milliseconds since the epoch; absent: never, or it was not noted. */
  readonly lastTokenAt?: number
}

/** What the reports of all clients share; each profile is looked at once. */
export interface SharedLooks {
  /** Why the helper of a connection cannot be started. */
  helper(connection: Connection): Promise<readonly Finding[]>
  signIn(profile: string): Promise<StatusAuth>
  /** Compare with the session's profile even where a client was set up for another one. */
  readonly profileAsked: boolean
  readonly ask: 'remembered' | 'anew' | 'never'
}

/** What is true about one client now. Never throws: what could not be looked at makes the state `unknown`. */
export async function clientReport(
  session: Session,
  id: string,
  { receipt, isSetUp }: { readonly receipt: ReceiptSummary | undefined; readonly isSetUp: boolean },
  shared: SharedLooks,
): Promise<ClientReport> {
  const report = { ...(await judged(session, id, receipt, shared)), isSetUp }
  if (receipt === undefined) return report
  const lastTokenAt = await (await import('@gate/auth')).lastAsked(session.host, receipt.profile, id)
  const isSilent = lastTokenAt === undefined || lastTokenAt < receipt.appliedAt
  const usesHelper = connectionIfComplete(session, receipt.profile)?.auth.kind !== 'none'
  const worthTelling = usesHelper && isSilent && (report.state === 'connected' || report.state === 'no-token')
  const note: Finding = {
    code: 'never-asked',
    severity: 'info',
    message: 'It has not asked for a token since it was set up.',
  }
  return {
    ...report,
    ...(lastTokenAt === undefined ? {} : { lastTokenAt }),
    notes: worthTelling ? [...report.notes, note] : report.notes,
  }
}

async function judged(
  session: Session,
  id: string,
  receipt: ReceiptSummary | undefined,
  shared: SharedLooks,
): Promise<AnsweredStatus> {
  const { host, profileName } = session
  const profile = shared.profileAsked ? profileName : (receipt?.profile ?? profileName)
  const connection = connectionIfComplete(session, profile)
  const { seen, user } = await fromFiles(session, id, receipt, connection)
  if (receipt === undefined) {
    const unspoken = seen.state === 'detected' ? unspokenNote(session.profile, user) : undefined
    return confirmed(session, unspoken ? { ...seen, notes: [...seen.notes, unspoken] } : seen, connection, shared)
  }
  const explained = connection === undefined ? seen : await withCause(host, seen, connection)
  const notes =
    receipt.profile === profileName
      ? explained.notes
      : [
          ...explained.notes,
          { code: 'profile', severity: 'info' as const, message: `It uses profile "${receipt.profile}".` },
        ]
  const broken = [
    ...(await brokenReasons(session, explained, receipt.profile, profile, shared)),
    ...gatewayReasons(host, profileOf(session, receipt.profile) ?? {}, user),
  ]
  const state = explained.state === 'connected' ? stateWith(broken) : explained.state
  const reasons = withoutRepeats([...explained.reasons, ...broken])
  return confirmed(session, { ...explained, state, reasons, notes }, connection, shared)
}

/** The file is right, but what it names cannot be used: nothing of that is "connected". */
function stateWith(broken: readonly Finding[]): ClientStatus['state'] {
  if (broken.length === 0) return 'connected'
  return broken.every(({ code }) => code === 'token-rejected') ? 'no-token' : 'drifted'
}

/** The connection of a profile that lacks nothing. */
export function connectionIfComplete(session: Session, name: string): Connection | undefined {
  const profile = profileOf(session, name)
  if (profile === undefined || profileProblems(profile).length > 0) return undefined
  return connectionWithHelper(session.host, name, profile)
}

/** A profile by a name that somebody gave. */
function profileOf({ config }: Session, name: string): Profile | undefined {
  return Object.hasOwn(config.profiles, name) ? config.profiles[name] : undefined
}

/** Green by its files: the client has the last word, and without a way to a token it is no connection. */
async function confirmed(
  session: Session,
  seen: ClientStatus,
  connection: Connection | undefined,
  shared: SharedLooks,
): Promise<AnsweredStatus> {
  if (seen.state !== 'connected') return unasked(seen)
  const report =
    shared.ask === 'never'
      ? unasked(seen)
      : withAnswer(seen, await askClient(session, seen.id, connection, { anew: shared.ask === 'anew' }))
  if (report.state !== 'connected' || connection === undefined) return report
  const missing = noTokenReasons(await shared.signIn(connection.profile), suffixOf(session, connection.profile))
  return missing.length === 0 ? report : { ...report, state: 'no-token', reasons: [...report.reasons, ...missing] }
}

/** What keeps the profiles that a client has to do with from being used: then there is no gateway, or no helper for it. */
async function brokenReasons(
  session: Session,
  seen: ClientStatus,
  ownProfile: string,
  profile: string,
  shared: SharedLooks,
): Promise<readonly Finding[]> {
  const incomplete = [...new Set([profile, ownProfile])].flatMap((name) => profileReasons(session, name))
  const own = connectionIfComplete(session, ownProfile)
  const moved = seen.reasons.some(({ code }) => code === 'connection-changed')
  // A moved gateway has a helper of its own, which setup writes: that is told already.
  if (own === undefined || own.auth.kind === 'none' || moved) return incomplete
  return [...incomplete, ...(await shared.helper(own))]
}

/** What its plugin sees, and what of the gateway the client needs. */
async function fromFiles(
  session: Session,
  id: string,
  receipt: ReceiptSummary | undefined,
  connection: Connection | undefined,
): Promise<{ readonly seen: ClientStatus; readonly user: ProtocolUser }> {
  let protocols: readonly Protocol[] | undefined
  const seen = await session.plugins
    .call(id, 'status', LOOK_LIMIT_MS, (plugin) => {
      protocols = protocolsOf(plugin)
      return plugin.status(session.host, connection)
    })
    .catch((error: unknown) => statusFromReceipt(session, id, receipt, error))
  return { seen, user: { displayName: seen.displayName, protocols } }
}

/** Why a profile cannot be used: then its helper has no token, and there is no gateway to compare the files with. */
function profileReasons(session: Session, name: string): Finding[] {
  const { configError } = session
  if (configError) return [findingOf(configError)]
  try {
    requireComplete(name, profileOf(session, name))
    return []
  } catch (error) {
    const { message, fix } = findingOf(error)
    const other = suffixOf(session, name)
    return [{ code: 'profile-incomplete', severity: 'error', message, ...(fix && { fix: forProfile(fix, other) }) }]
  }
}

/** Returns an action for another profile than the active one. */
function forProfile(fix: Action, profile: string | undefined): Action {
  if (profile === undefined || (fix.action !== 'setup' && fix.action !== 'set-setting')) return fix
  return { ...fix, profile }
}

/** The profile's name where an action must name it. */
function suffixOf({ host, config }: Session, name: string): string | undefined {
  return name === (host.env.GATE_PROFILE || config.activeProfile) ? undefined : name
}

/** Without its plugin, a client's files can still be compared with the receipt; what beats them cannot be seen. */
async function statusFromReceipt(
  session: Session,
  id: string,
  receipt: ReceiptSummary | undefined,
  error: unknown,
): Promise<ClientStatus> {
  const { host, plugins } = session
  const missing = GateError.isInstance(error) && error.code === 'unknown-client'
  const reason: Finding = missing
    ? {
        code: 'plugin-missing',
        severity: 'error',
        message: `the plugin for ${id} is not installed, so what beats its files cannot be seen`,
        fix: await installing(host, id),
      }
    : findingOf(error)
  const base = { id, displayName: id, version: undefined, overrides: [], notes: [] }
  if (receipt === undefined) return { ...base, state: 'unknown', files: [], reasons: [reason] }
  const inspection = await host.engine.inspect(id)
  const reasons = [...inspection.drifts.map(driftReason), reason]
  const state = inspection.drifts.length > 0 ? 'drifted' : 'unknown'
  return { ...base, displayName: plugins.package(id)?.packageName ?? id, state, files: inspection.files, reasons }
}
