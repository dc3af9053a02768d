import type { Connection, Finding, ReceiptSummary } from '@gate/core'
import { helperReasons } from '../helper/helper-state.js'
import { reread, type Session } from '../session.js'
import { checkKnown } from '../setup/choose-clients.js'
import { type Healed, unhealed } from '../teardown/heal.js'
import { clientsLeftToUndo } from '../teardown/undo-left.js'
import { type ClientReport, clientReport, connectionIfComplete } from './client-report.js'
import { type LiveResult, liveRequests } from './live.js'
import { type StatusAuth, signInState } from './sign-in-state.js'

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
}

export interface StatusResult extends Healed {
  readonly profile: string
  /** Undefined while none is saved. */
  readonly gateway: string | undefined
  readonly auth: StatusAuth
  readonly clients: readonly ClientReport[]
  readonly live?: readonly LiveResult[]
}

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
  const receipts = await host.engine.receipts()
  const receiptOf = new Map(receipts.map((receipt) => [receipt.clientId, receipt]))
  const set = [...receiptOf.keys(), ...(await clientsLeftToUndo(host))]
  await checkKnown(given, options.clients ?? [], set)
  // First, because it keeps what it sees, which clients are told by.
  const live = options.live ? await liveRequests(given, connectionsInUse(given, receipts)) : undefined
  const session = live ? await reread(given) : given
  const everything = new Set([...plugins.found.map((plugin) => plugin.id), ...set])
  const ids = options.clients && options.clients.length > 0 ? [...new Set(options.clients)] : [...everything].sort()

  const signIn = oncePerName((profile: string) => signInState(session, profile))
  const helpers = new Map<string, Promise<readonly Finding[]>>()
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
    Promise.all(
      ids.map((id) => clientReport(session, id, { receipt: receiptOf.get(id), isSetUp: set.includes(id) }, shared)),
    ),
  ])
  return { profile: profileName, gateway: session.profile.gatewayUrl, auth, clients, ...healed, ...(live && { live }) }
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
