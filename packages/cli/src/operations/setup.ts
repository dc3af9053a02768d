import type { LoginMethod } from '@gate/auth'
import type { Connection, Note, Secret } from '@gate/core'
import { checkGateway, type GatewayCheck } from '../gateway/check.js'
import { type ChosenClient, checkKnown, chooseClients, type PassedOverClient } from './choose-clients.js'
import { exitCodeOfClients, interrupted } from './client-outcome.js'
import { type ClientSetup, configureClients } from './configure-clients.js'
import { pendingChange } from './heal.js'
import { changedProfile, checkChanged, type ProfileChanges } from './profile-changes.js'
import { saveConnection } from './save-connection.js'
import { encryptedFileNotes, type OfferEncryptedFile, signInWithStore, storeInForce } from './secret-store-choice.js'
import { connectionWithHelper, type Session } from './session.js'
import { checkSignIn, type SignIn } from './sign-in.js'
import { writeHelper } from './token-helper.js'

export interface SetupOptions {
  readonly changes?: ProfileChanges
  /** Clients by id. Default: every installed one. */
  readonly clients?: readonly string[]
  /** Makes the profile the active one. Default false. */
  readonly activate?: boolean
  readonly apiKey?: Secret | undefined
  /** Leave the login to the first request. Default false. */
  readonly lazy?: boolean
  /** Default `browser`. */
  readonly method?: LoginMethod
  /** Compute and report everything, write nothing. Default false. */
  readonly dryRun?: boolean
  /** Take over values that a plugin protects. Default false. */
  readonly force?: boolean
  /** Asked once before anything is written; false ends with `interrupted`. Default: nobody is asked. */
  readonly confirm?: (clients: readonly string[], gatewayUrl: string) => Promise<boolean>
  /** Asked when there is no keychain and no store was chosen. Default: nobody is asked, and that is an error. */
  readonly offerEncryptedFile?: OfferEncryptedFile
}

export interface SetupResult {
  readonly profile: string
  readonly gateway: { readonly url: string; readonly reachable: boolean; readonly paths: Connection['paths'] }
  readonly auth: {
    readonly kind: Connection['auth']['kind']
    readonly signIn: SignIn['state'] | 'dry-run'
    readonly account?: string
  }
  readonly dryRun: boolean
  readonly clients: readonly ClientSetup[]
  readonly notes: readonly Note[]
  readonly exitCode: number
}

/**
 * Saves the connection, signs in, and configures clients. A client that fails does not stop the others; nothing is
 * written to any of them when the connection could not be saved or the login failed, and a connection that worked before
 * is then in force again.
 *
 * @throws GateError `invalid-config`, `not-configured`, `unknown-client`, `client-not-installed`, `gateway-redirects`,
 * `interrupted`, and those of saving and signing in.
 */
export async function setup(session: Session, options: SetupOptions): Promise<SetupResult> {
  const { host, profileName } = session
  const changes = options.changes ?? {}
  const wanted = changedProfile(host, session.profile, changes)
  await checkChanged(host, wanted)
  const known = connectionWithHelper(host, profileName, wanted)
  await checkKnown(session, options.clients ?? [])

  session.progress('Checking the gateway')
  const [gateway, choice] = await Promise.all([
    checkGateway({
      gatewayUrl: known.gatewayUrl,
      paths: { anthropic: wanted.anthropicPath, openai: wanted.openaiPath },
      caFile: known.caFile,
      signal: session.signal,
    }),
    chooseClients(session, options.clients ?? []),
  ])
  if (session.signal.aborted) throw interrupted()
  const probed = changedProfile(host, wanted, {
    anthropicPath: gateway.paths.anthropic,
    openaiPath: gateway.paths.openai,
  })
  let connection = connectionWithHelper(host, profileName, probed)
  const summary = {
    profile: profileName,
    gateway: { url: connection.gatewayUrl, reachable: gateway.reachable, paths: connection.paths },
    dryRun: options.dryRun === true,
  }
  if (options.dryRun) {
    const clients = await configureClients(session, connection, choice.chosen, options)
    const all = [...clients, ...choice.passedOver.map(passedOver)]
    return {
      ...summary,
      auth: { kind: connection.auth.kind, signIn: 'dry-run' },
      clients: all,
      notes: [...setupNotes(gateway, choice.chosen, 'dry-run'), ...(await pendingChange(session))],
      exitCode: exitCodeOf(all),
    }
  }
  if (options.confirm && choice.chosen.length > 0) {
    const names = choice.chosen.map((client) => client.displayName)
    if (!(await options.confirm(names, connection.gatewayUrl))) throw interrupted()
  }

  const signInOptions = { lazy: options.lazy === true, method: options.method ?? 'browser', apiKey: options.apiKey }
  await checkSignIn(session, connection, signInOptions)
  const restore = await saveConnection(session, changes, gateway.paths, options.activate === true)
  const { signedIn, store = storeInForce(session.config, host.env.GATE_SECRET_STORE) } = await signInWithStore(
    session,
    connection,
    signInOptions,
    options.offerEncryptedFile,
  ).catch(async (error: unknown) => {
    await restore()
    throw error
  })
  connection = { ...connection, helper: await writeHelper(session, connection) }
  const clients = await configureClients(session, connection, choice.chosen, options)
  const all = [...clients, ...choice.passedOver.map(passedOver)]
  return {
    ...summary,
    auth: {
      kind: connection.auth.kind,
      signIn: signedIn.state,
      ...(signedIn.account === undefined ? {} : { account: signedIn.account }),
    },
    clients: all,
    notes: [
      ...setupNotes(gateway, choice.chosen, signedIn.state),
      ...signInNotes(signedIn),
      ...(await leftBehindNotes(session, connection, clients)),
      ...encryptedFileNotes(session, connection, store),
    ],
    exitCode: exitCodeOf(all),
  }
}

function passedOver(client: PassedOverClient): ClientSetup {
  const { id, displayName, reason, error } = client
  const notes = reason === 'not-installed' ? [{ code: reason, message: `${displayName} is not installed` }] : []
  return {
    id,
    displayName,
    result: 'skipped',
    edits: [],
    changes: [],
    notes,
    overrides: [],
    ...(error === undefined ? {} : { error }),
  }
}

/** Clients that were set up for the gateway that this profile had before, and are not any more: their helper refuses. */
async function leftBehindNotes(
  { host, profile, profileName }: Session,
  { gatewayUrl }: Connection,
  clients: readonly ClientSetup[],
): Promise<Note[]> {
  if (profile.gatewayUrl === undefined || profile.gatewayUrl === gatewayUrl) return []
  const done = clients.filter(({ result }) => result !== 'failed').map(({ id }) => id)
  const receipts = await host.engine.receipts(host)
  const left = receipts.filter((receipt) => receipt.profile === profileName && !done.includes(receipt.clientId))
  return left.map(({ clientId }) => ({
    code: 'left-behind',
    message: `${clientId} is still set up for ${profile.gatewayUrl} and gets no token for it any more. Run "gate setup --client ${clientId}", or "gate teardown ${clientId}".`,
  }))
}

function setupNotes(
  gateway: GatewayCheck,
  chosen: readonly ChosenClient[],
  signedIn: SignIn['state'] | 'dry-run',
): Note[] {
  const notes: Note[] = []
  if (gateway.error) {
    notes.push({
      code: 'gateway-unreachable',
      message: `${gateway.error.message}. The connection was saved as given; run "gate setup" again when it answers, or check with "gate doctor".`,
    })
  }
  if (chosen.length === 0) {
    notes.push({
      code: 'no-client',
      message: 'No installed client was found, so none was configured. Run "gate setup" again after installing one.',
    })
  }
  if (signedIn === 'deferred') {
    notes.push({
      code: 'login-deferred',
      message: 'You are not signed in yet. The first request of a client asks for it, or run "gate login" now.',
    })
  }
  return notes
}

/** What the issuer did not give, before somebody finds out an hour later. */
function signInNotes({ state, renewable, notGranted = [] }: SignIn): Note[] {
  if (state !== 'signed-in') return []
  const notes: Note[] = []
  if (renewable === false) {
    notes.push({
      code: 'no-refresh-token',
      message: 'The issuer gave no refresh token, so you have to sign in again when the present token expires.',
    })
  }
  if (notGranted.length > 0) {
    notes.push({ code: 'scopes-not-granted', message: `The issuer did not grant the scopes ${notGranted.join(', ')}.` })
  }
  return notes
}

function exitCodeOf(clients: readonly ClientSetup[]): number {
  return exitCodeOfClients(
    clients.map(({ result, error }) => ({
      outcome:
        result === 'failed' ? ('failed' as const) : result === 'skipped' ? ('passed-over' as const) : ('done' as const),
      ...(error === undefined ? {} : { error }),
    })),
  )
}
