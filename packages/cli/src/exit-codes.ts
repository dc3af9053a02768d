import { exitCodeOf } from '@gate/core'
import type {
  ClientReport,
  ClientSetup,
  DoctorResult,
  LiveResult,
  SetupResult,
  StatusResult,
  TeardownResult,
} from '@gate/sdk'

/** The exit code when the work on some clients failed while others were done. */
const PARTIAL = 4

type Outcome = 'done' | 'failed' | 'passed-over'

/**
 * Returns the exit code of work on several clients: 0 when none failed, 4 when some did, else that of the first error.
 *
 * @param outcomes `done` also covers "nothing to do"; a client that was passed over counts neither way.
 */
export function exitCodeOfClients(
  outcomes: readonly { readonly outcome: Outcome; readonly code?: string | undefined }[],
): number {
  const failed = outcomes.filter(({ outcome }) => outcome === 'failed')
  if (failed.length === 0) return 0
  if (failed.some(({ code }) => code === 'interrupted')) return exitCodeOf('interrupted')
  if (outcomes.some(({ outcome }) => outcome === 'done')) return PARTIAL
  const code = failed[0]?.code
  return code === undefined ? 1 : exitCodeOf(code)
}

/**
 * Returns the exit code of a setup: 0 when every client that could be set up was, 4 when some were, else that of the first
 * failure. One that was named and is passed over was not set up, which is what was asked for.
 *
 * @param named Ids of the clients that were asked for.
 */
export function exitCodeOfSetup({ clients }: Pick<SetupResult, 'clients'>, named: readonly string[]): number {
  const outcomes = clients.map((client) => ({ outcome: outcomeOfSetup(client, named), code: client.error?.code }))
  const isUnspoken = (client: ClientSetup) => client.error?.code === 'protocol-not-spoken'
  const code = exitCodeOfClients(outcomes)
  const nothingDone = code === 0 && clients.some(isUnspoken) && !outcomes.some(({ outcome }) => outcome === 'done')
  return nothingDone ? exitCodeOf('protocol-not-spoken') : code
}

function outcomeOfSetup({ id, result, rejection, error }: ClientSetup, named: readonly string[]): Outcome {
  if (result === 'failed' || rejection !== undefined) return 'failed'
  if (result !== 'skipped') return 'done'
  return error?.code === 'protocol-not-spoken' && named.includes(id) ? 'failed' : 'passed-over'
}

/** Returns the exit code of a teardown; a purge that left a secret behind has failed. */
export function exitCodeOfTeardown({ clients, purged }: TeardownResult): number {
  if (purged) return purged.complete ? 0 : 1
  return exitCodeOfClients(
    clients.map(({ result, error }) => ({
      outcome: error === undefined && result !== 'failed' ? 'done' : 'failed',
      code: error?.code,
    })),
  )
}

/**
 * Returns the exit code of a status: 0, but for what `--live` and `--exit-code` ask for. Whatever a look without them
 * finds, looking was done.
 */
export function exitCodeOfStatus({ clients, live }: StatusResult, isAsked: boolean): number {
  const ofClients = isAsked ? exitCodeOfReports(clients.filter(({ isSetUp }) => isSetUp)) : 0
  return live === undefined ? ofClients : exitCodeOfLive(live) || ofClients
}

/**
 * Returns 0 when every configured client is connected, 3 when a login is all that is missing, 4 when some are connected,
 * else 1; 1 also where none is configured.
 */
function exitCodeOfReports(configured: readonly ClientReport[]): number {
  const bad = configured.filter(({ state }) => state !== 'connected')
  if (configured.length > 0 && bad.length === 0) return 0
  const wantsLogin = ({ state, reasons }: ClientReport) =>
    state === 'no-token' && reasons.some(({ code }) => code === 'login-required' || code === 'login-pending')
  if (bad.length > 0 && bad.every(wantsLogin)) return exitCodeOf('login-required')
  return bad.length < configured.length ? PARTIAL : 1
}

/**
 * Returns the exit code of a look that sent real requests: 0 when all that a client needs was answered, 4 when only some
 * was, else that of the first failure. Where nothing was asked or offered, nothing was seen to work either.
 */
function exitCodeOfLive(results: readonly LiveResult[]): number {
  if (results.length === 0) return exitCodeOf('not-configured')
  if (results.every(({ outcome }) => outcome === 'not-offered')) return 1
  return exitCodeOfClients(
    results.map(({ outcome, code, needed }) => ({
      outcome: outcome === 'answered' ? 'done' : needed ? 'failed' : 'passed-over',
      code: code ?? undefined,
    })),
  )
}

/** Returns 0 when no check failed, else the exit code of the first one that did. */
export function exitCodeOfDoctor({ checks }: Pick<DoctorResult, 'checks'>): number {
  const failed = checks.find(({ result }) => result === 'fail')
  if (failed === undefined) return 0
  return failed.code === undefined ? 1 : exitCodeOf(failed.code)
}
