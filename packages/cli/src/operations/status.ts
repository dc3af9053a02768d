import type { Connection, Reason, ReceiptSummary } from '@gate/core'
import type { ClientReport } from './asking/confirmation.js'
import { checkKnown } from './choose-clients.js'
import { clientReport, connectionIfComplete } from './client-report.js'
import { type Healed, unhealed } from './heal.js'
import { helperReasons } from './helper-state.js'
import { exitCodeOfLive, type LiveResult, liveRequests } from './live.js'
import { reread, type Session } from './session.js'
import { type StatusAuth, signInState } from './sign-in-state.js'
import { clientsLeftToUndo } from './undo-left.js'

export interface StatusOptions {
  /** Clients by id. Default: every one that a plugin or a receipt knows. */
  readonly clients?: readonly string[]
  /** Compare with this session's profile even where a client was set up for another one. Default false. */
  readonly profileAsked?: boolean
  /** Send one real request per connection. Default false. */
  readonly live?: boolean
  /**
   * `remembered`: ask a client that has not answered yet in this very situation. `anew`: ask every one. `never`: ask none,
   * and believe no remembered answer. Default `remembered`.
   */
  readonly ask?: 'remembered' | 'anew' | 'never'
  /** Let the exit code tell whether every configured client is connected. Default false. */
  readonly exitCode?: boolean
}

export interface StatusResult extends Healed {
  readonly profile: string
  /** Undefined while none is saved. */
  readonly gateway: string | undefined
  readonly auth: StatusAuth
  readonly clients: readonly ClientReport[]
  readonly live?: readonly LiveResult[]
  /** 0, but for what `live` and `exitCode` ask for: whatever a look without them finds, looking was done. */
  readonly exitCode: number
}

const LOGIN_REQUIRED = 3
const SOME_FAILED = 4

/**
 * What is true now: sign-in, and per client whether its files say what gate wrote, what beats them, and whether the client
 * itself agrees. Needs no network except for `live`. Writes nothing but what clients answered, into gate's cache, and with
 * `live` what the gateway answered: work which a killed gate left is named, not finished.
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

  const signIn = oncePerName((profile: string) => signInState(session, profile))
  const helpers = new Map<string, Promise<readonly Reason[]>>()
  const shared = {
    signIn,
    helper(connection: Connection) {
      const looking = helpers.get(connection.profile) ?? helperReasons(host, connection)
      helpers.set(connection.profile, looking)
      return looking
    },
    profileAsked: options.profileAsked === true,
    ask: options.ask ?? 'remembered',
  }
  const [auth, clients] = await Promise.all([
    signIn(profileName),
    Promise.all(ids.map((id) => clientReport(session, id, receiptOf.get(id), shared))),
  ])
  const seen = { profile: profileName, gateway: session.profile.gatewayUrl, auth, clients, ...healed }
  const ofClients = options.exitCode ? exitCodeOfReports(clients.filter(({ id }) => set.includes(id))) : 0
  if (live === undefined) return { ...seen, exitCode: ofClients }
  return { ...seen, live, exitCode: exitCodeOfLive(live) || ofClients }
}

/**
 * 0 when every configured client is connected, 3 when a login is all that is missing, 4 when some are connected, else 1;
 * 1 also where none is configured. Pure.
 */
export function exitCodeOfReports(configured: readonly ClientReport[]): number {
  const bad = configured.filter(({ state }) => state !== 'connected')
  if (configured.length > 0 && bad.length === 0) return 0
  const wantsLogin = ({ state, reasons }: ClientReport) =>
    state === 'no-token' && reasons.some(({ code }) => code === 'login-required' || code === 'login-pending')
  if (bad.length > 0 && bad.every(wantsLogin)) return LOGIN_REQUIRED
  return bad.length < configured.length ? SOME_FAILED : 1
}

function oncePerName<T>(look: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const looked = new Map<string, Promise<T>>()
  return (name) => {
    const looking = looked.get(name) ?? look(name)
    looked.set(name, looking)
    return looking
  }
}

/** The connections that configured clients use; that of the session when there is none. */
function connectionsInUse(session: Session, receipts: readonly ReceiptSummary[]): Connection[] {
  const names = receipts.length > 0 ? receipts.map((receipt) => receipt.profile) : [session.profileName]
  return [...new Set(names)].map((name) => connectionIfComplete(session, name)).filter((found) => found !== undefined)
}
