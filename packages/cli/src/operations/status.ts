import type { AuthState } from '@gate/auth'
import {
  type ClientStatus,
  type Connection,
  GateError,
  type Inspection,
  type Protocol,
  type Reason,
  type ReceiptSummary,
} from '@gate/core'
import { profileProblems, requireComplete } from '@gate/core/profile'
import { type Failure, failureOf } from '../failure.js'
import { LOOK_LIMIT_MS } from '../plugins/plugin-set.js'
import { checkKnown } from './choose-clients.js'
import { gatewayReasons, protocolsOf, unspokenNote } from './gateway-reasons.js'
import { type Healed, unhealed } from './heal.js'
import { helperReasons } from './helper-state.js'
import { installCommand } from './known-clients.js'
import { exitCodeOfLive, type LiveResult, liveRequests } from './live.js'
import { authProfileOf, connectionWithHelper, reread, type Session } from './session.js'
import { clientsLeftToUndo } from './undo-left.js'

export interface StatusOptions {
  /** Clients by id. Default: every one that a plugin or a receipt knows. */
  readonly clients?: readonly string[]
  /** Compare with this session's profile even where a client was set up for another one. Default false. */
  readonly profileAsked?: boolean
  /** Send one real request per connection. Default false. */
  readonly live?: boolean
}

/** Sign-in as `status` tells it. */
export type StatusAuth =
  | (AuthState & { readonly error?: undefined })
  | { readonly kind: AuthState['kind'] | null; readonly state: 'not-configured' | 'unknown'; readonly error?: Failure }

export interface StatusResult extends Healed {
  readonly profile: string
  /** Undefined while none is saved. */
  readonly gateway: string | undefined
  readonly auth: StatusAuth
  readonly clients: readonly ClientStatus[]
  readonly live?: readonly LiveResult[]
  /** 0, but for what `live` came to: whatever a look without it finds, looking was done. */
  readonly exitCode: number
}

/**
 * What is true now: sign-in, and per client whether its files say what gate wrote and what beats them. Needs no
 * network except for `live`. Writes nothing, except that `live` keeps what the gateway answered: work which a killed gate
 * left is named, not finished.
 *
 * @throws GateError `unknown-client`.
 */
export async function status(given: Session, options: StatusOptions = {}): Promise<StatusResult> {
  const { host, profileName, plugins } = given
  const healed = await unhealed(given)
  const receipts = await host.engine.receipts(host)
  const receiptOf = new Map(receipts.map((receipt) => [receipt.clientId, receipt]))
  const set = [...receiptOf.keys(), ...(await clientsLeftToUndo(host))]
  await checkKnown(given, options.clients ?? [], set)
  // First, because it keeps what it sees, which clients are told by.
  const live = options.live ? await liveRequests(given, connectionsInUse(given, receipts)) : undefined
  const session = live ? await reread(given) : given
  const everything = new Set([...plugins.found.map((plugin) => plugin.id), ...set])
  const ids = options.clients && options.clients.length > 0 ? [...new Set(options.clients)] : [...everything].sort()

  const looked = new Map<string, Promise<readonly Reason[]>>()
  const helper = (connection: Connection) => {
    const looking = looked.get(connection.profile) ?? helperReasons(host, connection)
    looked.set(connection.profile, looking)
    return looking
  }
  const [auth, clients] = await Promise.all([
    authState(session),
    Promise.all(ids.map((id) => clientStatus(session, id, receiptOf.get(id), helper, options))),
  ])
  const seen = { profile: profileName, gateway: session.profile.gatewayUrl, auth, clients, ...healed }
  if (live === undefined) return { ...seen, exitCode: 0 }
  return { ...seen, live, exitCode: exitCodeOfLive(live) }
}

async function authState(session: Session): Promise<StatusAuth> {
  const { profile, profileName, host } = session
  const kind = profile.auth?.kind ?? null
  if (profileProblems(profile).length > 0) return { kind, state: 'not-configured' }
  try {
    const connection = connectionWithHelper(host, profileName, profile)
    const auth = await session.auth(profileName, authProfileOf(connection))
    return await auth.state()
  } catch (error) {
    return { kind, state: 'unknown', error: failureOf(error) }
  }
}

async function clientStatus(
  session: Session,
  id: string,
  receipt: ReceiptSummary | undefined,
  helper: (connection: Connection) => Promise<readonly Reason[]>,
  options: StatusOptions,
): Promise<ClientStatus> {
  const profile = options.profileAsked ? session.profileName : (receipt?.profile ?? session.profileName)
  const connection = connectionIfComplete(session, profile)
  let seen: ClientStatus
  let protocols: readonly Protocol[] | undefined
  try {
    seen = await session.plugins.call(id, 'status', LOOK_LIMIT_MS, (plugin) => {
      protocols = protocolsOf(plugin)
      return plugin.status(session.host, connection)
    })
  } catch (error) {
    seen = await statusFromReceipt(session, id, receipt, error)
  }
  const user = { displayName: seen.displayName, protocols }
  if (receipt === undefined) {
    const unspoken = seen.state === 'detected' ? unspokenNote(session.profile, user) : undefined
    return unspoken ? { ...seen, notes: [...seen.notes, unspoken] } : seen
  }
  const notes =
    receipt.profile === session.profileName
      ? seen.notes
      : [...seen.notes, { code: 'profile', message: `It uses profile "${receipt.profile}".` }]
  const own = receipt.profile === profile ? connection : connectionIfComplete(session, receipt.profile)
  const broken = [
    ...[...new Set([profile, receipt.profile])].flatMap((name) => profileReasons(session, name)),
    ...(own === undefined || own.auth.kind === 'none' ? [] : await helper(own)),
    ...gatewayReasons(session.host, session.config.profiles[receipt.profile] ?? {}, user),
  ]
  if (broken.length === 0) return { ...seen, notes }
  // The file is right, but what it names hands out no token, or leads to nothing: nothing of that is "connected".
  const state = seen.state === 'connected' ? 'drifted' : seen.state
  return { ...seen, state, reasons: [...seen.reasons, ...broken], notes }
}

/** Why a profile cannot be used: then its helper has no token, and there is no gateway to compare the files with. */
function profileReasons({ host, config, configError }: Session, name: string): Reason[] {
  if (configError) return [reasonOfFailure(failureOf(configError))]
  try {
    requireComplete(name, config.profiles[name])
    return []
  } catch (error) {
    const { message, fix } = failureOf(error)
    const profile = name === (host.env.GATE_PROFILE || config.activeProfile) ? '' : ` --profile ${name}`
    return [{ code: 'profile-incomplete', message, ...(fix === undefined ? {} : { fix: `${fix}${profile}` }) }]
  }
}

function connectionIfComplete(session: Session, name: string): Connection | undefined {
  const profile = session.config.profiles[name]
  if (profile === undefined || profileProblems(profile).length > 0) return undefined
  return connectionWithHelper(session.host, name, profile)
}

/** The connections that configured clients use; that of the session when there is none. */
function connectionsInUse(session: Session, receipts: readonly ReceiptSummary[]): Connection[] {
  const names = receipts.length > 0 ? receipts.map((receipt) => receipt.profile) : [session.profileName]
  return [...new Set(names)].map((name) => connectionIfComplete(session, name)).filter((found) => found !== undefined)
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
  const reason: Reason = missing
    ? {
        code: 'plugin-missing',
        message: `the plugin for ${id} is not installed, so what beats its files cannot be seen`,
        fix: await installCommand(host, id),
      }
    : reasonOfFailure(failureOf(error))
  const base = { id, displayName: id, version: undefined, overrides: [], notes: [] }
  if (receipt === undefined) return { ...base, state: 'unknown', files: [], reasons: [reason] }
  const inspection = await host.engine.inspect(host, id)
  const reasons = [...inspection.drifts.map(driftReason), reason]
  const state = inspection.drifts.length > 0 ? 'drifted' : 'unknown'
  return { ...base, displayName: plugins.package(id)?.packageName ?? id, state, files: inspection.files, reasons }
}

function driftReason(drift: Inspection['drifts'][number]): Reason {
  const what =
    drift.reason === 'changed' ? 'has another value' : drift.reason === 'missing' ? 'is gone' : 'cannot be read'
  return {
    code: `drift-${drift.reason}`,
    message: `${drift.path === '' ? drift.file : `${drift.path} in ${drift.file}`} ${what}`,
    file: drift.file,
    ...(drift.line === undefined ? {} : { line: drift.line }),
  }
}

function reasonOfFailure(failure: Failure): Reason {
  const { code, message, file, line, fix } = failure
  return {
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(fix === undefined ? {} : { fix }),
  }
}
