import type { LoginMethod } from '@gate/auth'
import {
  advice,
  type Connection,
  type Finding,
  findingOf,
  GateError,
  PROTOCOLS,
  type ReceiptSummary,
  type Secret,
} from '@gate/core'
import { confirmSetup } from '../asking/confirm-setup.js'
import { changedProfile, checkChanged, type ProfileChanges } from '../config/profile-changes.js'
import { askGateway, type GatewayAnswers, type Prefixes } from '../gateway/ask-gateway.js'
import { withEvidence } from '../gateway/evidence.js'
import { refuseMoved } from '../gateway/refuse-moved.js'
import { writeHelper } from '../helper/token-helper.js'
import type { Profile } from '../profile/index.js'
import { connectionWithHelper, type Session } from '../session.js'
import { askWithToken, credentialOf, keepEvidence, tokenFor, USUAL_PROTOCOLS } from '../sign-in/keep-evidence.js'
import { checkSignIn, type SignIn, signInAnew } from '../sign-in/sign-in.js'
import { evidenceOf, gatewayReasons, unspokenNote } from '../status/gateway-reasons.js'
import { pendingChange } from '../teardown/heal.js'
import {
  type ChosenClient,
  type ClientChoice,
  checkKnown,
  chooseClients,
  type PassedOverClient,
} from './choose-clients.js'
import { interrupted } from './client-outcome.js'
import { type ClientSetup, configureClients } from './configure-clients.js'
import { saveConnection } from './save-connection.js'
import { encryptedFileNotes, type OfferEncryptedFile, signInWithStore, storeInForce } from './secret-store-choice.js'
import { setupNotes, signInNotes } from './setup-notes.js'

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
  /** Ask the configured clients whether they use it. Default true. */
  readonly ask?: boolean
  /** Asked once before anything is written; false ends with `interrupted`. Default: nobody is asked. */
  readonly confirm?: (clients: readonly string[], gatewayUrl: string) => Promise<boolean>
  /** Asked when there is no keychain and no store was chosen. Default: nobody is asked, and that is an error. */
  readonly offerEncryptedFile?: OfferEncryptedFile
}

export interface SetupResult {
  readonly profile: string
  readonly gateway: {
    readonly url: string
    readonly reachable: boolean
    readonly paths: Connection['paths']
    /** What is known of each protocol that was asked for. */
    readonly protocols: NonNullable<Profile['protocols']>
  }
  readonly auth: {
    readonly kind: Connection['auth']['kind']
    readonly signIn: SignIn['state'] | 'dry-run'
    readonly account?: string
  }
  readonly dryRun: boolean
  readonly clients: readonly ClientSetup[]
  readonly notes: readonly Finding[]
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

  session.progress({ step: 'check-gateway' })
  const given: Prefixes = {
    anthropic: changes.anthropicPath === undefined ? undefined : wanted.anthropicPath,
    openai: changes.openaiPath === undefined ? undefined : wanted.openaiPath,
  }
  const [gateway, choice] = await Promise.all([
    askGateway({
      host,
      gatewayUrl: known.gatewayUrl,
      given,
      known: { anthropic: wanted.anthropicPath, openai: wanted.openaiPath },
      protocols: USUAL_PROTOCOLS,
      headers: known.headers,
      caFile: known.caFile,
      signal: session.signal,
    }),
    chooseClients(session, options.clients ?? []),
  ])
  if (session.signal.aborted) throw interrupted()
  refuseMoved(gateway)
  let profile = changedProfile(host, wanted, {
    anthropicPath: gateway.paths.anthropic,
    openaiPath: gateway.paths.openai,
  })
  let connection = connectionWithHelper(host, profileName, profile)
  if (options.dryRun) {
    profile.protocols = withEvidence(profile.protocols, gateway.protocols, 'none', host.clock.now())
    const clients = await setUp(session, connection, profile, choice, options)
    return {
      profile: profileName,
      gateway: summaryOf(connection, profile, gateway),
      auth: { kind: connection.auth.kind, signIn: 'dry-run' },
      dryRun: true,
      clients,
      notes: [...setupNotes(gateway, choice, profile, 'dry-run'), ...(await pendingChange(session))],
    }
  }
  if (options.confirm && choice.chosen.length > 0) {
    const names = choice.chosen.map((client) => client.displayName)
    if (!(await options.confirm(names, connection.gatewayUrl))) throw interrupted()
  }

  const signInOptions = { lazy: options.lazy === true, method: options.method ?? 'browser', apiKey: options.apiKey }
  await checkSignIn(session, connection, signInOptions)
  const restore = await saveConnection(session, changes, gateway, options.activate === true)
  const { signedIn, store = storeInForce(session.config, host.env.GATE_SECRET_STORE) } = await signInWithStore(
    session,
    connection,
    signInOptions,
    options.offerEncryptedFile,
  ).catch(async (error: unknown) => {
    await restore()
    throw error
  })
  let answers: GatewayAnswers = gateway
  if (gateway.reachable && (signedIn.state !== 'deferred' || credentialOf(session) === 'environment')) {
    session.progress({ step: 'ask-gateway' })
    const method = signedIn.isEarlier && credentialOf(session) === 'sign-in' ? signInOptions.method : undefined
    const learned = await learn(session, connection, choice, given, method).catch(async (error: unknown) => {
      await restore()
      throw error
    })
    answers = learned.answers
    profile = learned.profile
    connection = connectionWithHelper(host, profileName, profile)
  } else {
    profile.protocols = withEvidence(profile.protocols, gateway.protocols, 'none', host.clock.now())
  }
  connection = { ...connection, helper: await writeHelper(session, connection) }
  const clients = await setUp(session, connection, profile, choice, options)
  return {
    profile: profileName,
    gateway: summaryOf(connection, profile, answers),
    auth: {
      kind: connection.auth.kind,
      signIn: signedIn.state,
      ...(signedIn.account === undefined ? {} : { account: signedIn.account }),
    },
    dryRun: false,
    clients,
    notes: [
      ...setupNotes(answers, choice, profile, signedIn.state),
      ...signInNotes(signedIn),
      ...(await leftBehindNotes(session, connection, clients)),
      ...(await encryptedFileNotes(session, connection, store)),
    ],
  }
}

/**
 * Asks the gateway as somebody who is signed in, and keeps what it answers.
 *
 * @param method How to sign in anew where the gateway accepts the token of an earlier sign-in no more. Undefined = never.
 */
async function learn(
  session: Session,
  connection: Connection,
  { chosen }: ClientChoice,
  given: Prefixes,
  method: LoginMethod | undefined,
) {
  const wanted = chosen.flatMap(({ protocols }) => protocols ?? [])
  const protocols = PROTOCOLS.filter((protocol) => USUAL_PROTOCOLS.includes(protocol) || wanted.includes(protocol))
  const ask = (token: Secret | undefined) => askWithToken(session, connection, protocols, token, given)
  let answers = await ask(await tokenFor(session, connection))
  const isRefused = answers.protocols.every(({ status }) => status === 401)
  if (method && isRefused) answers = await ask(await signInAnew(session, connection, method))
  refuseMoved(answers)
  return { answers, profile: await keepEvidence(session, connection, answers) }
}

/** Configures the clients that the gateway may be able to serve, and says why the others are passed over. */
async function setUp(
  session: Session,
  connection: Connection,
  profile: Profile,
  choice: ClientChoice,
  options: SetupOptions,
): Promise<ClientSetup[]> {
  const receipts = await session.host.engine.receipts()
  const unspoken = options.force ? [] : choice.chosen.flatMap((client) => unspokenClient(profile, client, receipts))
  const served = choice.chosen.filter(({ id }) => !unspoken.some((client) => client.id === id))
  const setUpBefore = new Set(receipts.map(({ clientId }) => clientId))
  const written = await configureClients(session, connection, served, options)
  const isAsked = options.ask !== false && options.dryRun !== true
  const done = isAsked ? await confirmSetup(session, connection, written, setUpBefore) : written
  const clients = done.map((client) => withRejection(session, profile, choice, client))
  return [...clients, ...[...unspoken, ...choice.passedOver].map(passedOver)]
}

function unspokenClient(
  profile: Profile,
  client: ChosenClient,
  receipts: readonly ReceiptSummary[],
): PassedOverClient[] {
  const note = unspokenNote(profile, client)
  if (note === undefined) return []
  const isSetUp = receipts.some(({ clientId }) => clientId === client.id)
  const left = isSetUp ? ' It is still set up from before.' : ''
  const error = new GateError({
    code: 'protocol-not-spoken',
    message: note.message + left,
    fix: isSetUp ? { action: 'teardown', client: client.id } : { action: 'setup', client: client.id, force: true },
  })
  const { id, displayName } = client
  return [{ id, displayName, reason: 'protocol-not-spoken', error: findingOf(error) }]
}

/** Files that are right lead to nothing while the gateway does not accept the token. */
function withRejection(
  { host }: Session,
  profile: Profile,
  { chosen }: ClientChoice,
  client: ClientSetup,
): ClientSetup {
  const user = chosen.find(({ id }) => id === client.id)
  if (user === undefined || client.result === 'failed') return client
  const rejection = gatewayReasons(host, profile, user).find(({ code }) => code === 'token-rejected')
  return rejection === undefined ? client : { ...client, rejection }
}

function summaryOf(
  { gatewayUrl, paths }: Connection,
  profile: Profile,
  { reachable }: GatewayAnswers,
): SetupResult['gateway'] {
  const known = PROTOCOLS.flatMap((protocol) => {
    const evidence = evidenceOf(profile, protocol)
    return evidence === undefined ? [] : [[protocol, evidence]]
  })
  return { url: gatewayUrl, reachable, paths, protocols: Object.fromEntries(known) }
}

function passedOver(client: PassedOverClient): ClientSetup {
  const { id, displayName, reason, error } = client
  const notes =
    reason === 'not-installed'
      ? [{ code: reason, severity: 'info' as const, message: `${displayName} is not installed` }]
      : []
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
): Promise<Finding[]> {
  if (profile.gatewayUrl === undefined || profile.gatewayUrl === gatewayUrl) return []
  const done = clients.filter(({ result }) => result !== 'failed').map(({ id }) => id)
  const receipts = await host.engine.receipts()
  const left = receipts.filter((receipt) => receipt.profile === profileName && !done.includes(receipt.clientId))
  return left.map(({ clientId }) => ({
    code: 'left-behind',
    severity: 'warning' as const,
    message: `${clientId} is still set up for ${profile.gatewayUrl} and gets no token for it any more.`,
    fix: advice(
      'Run "{0}", or "{1}".',
      { action: 'setup', client: clientId },
      { action: 'teardown', client: clientId },
    ),
  }))
}
