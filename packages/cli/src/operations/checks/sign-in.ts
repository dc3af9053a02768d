import { type Connection, Secret } from '@gate/core'
import { authProfileOf, helperOf, type Session } from '../session.js'
import { type Check, failedCheck } from './check.js'

/** Milliseconds for one run of the helper; Codex gives it 15 s at most. */
const HELPER_LIMIT_MS = 15_000
/** Bytes; Claude Code sends the token twice, and many servers refuse more than 16 KB of headers. */
const TOKEN_WARN_BYTES = 7 * 1024

/** What sign-in came to; the token stays in memory and is used for the requests of the other checks. */
export interface SignInChecks {
  readonly checks: readonly Check[]
  readonly token: Secret | undefined
}

/** The secret store, and a token got the way clients get it: bare environment, no terminal, no browser. */
export async function checkSignIn(
  session: Session,
  connection: Connection,
  helperInUse: boolean,
): Promise<SignInChecks> {
  if (connection.auth.kind === 'none') return { checks: [], token: undefined }
  const store = await checkStore(session, connection)
  const { check, token } = helperInUse ? await runHelper(session, connection) : await askForToken(session, connection)
  return { checks: [store, check, ...(token ? [checkSize(token)] : [])], token }
}

async function checkStore(session: Session, connection: Connection): Promise<Check> {
  const base = { id: 'secret-store', title: 'Secret store' }
  try {
    const auth = await session.auth(connection.profile, authProfileOf(connection))
    const { state, secretStoreLocation, reasons } = await auth.state()
    const reason = reasons[0]
    if (state !== 'unknown') return { ...base, result: 'pass', detail: secretStoreLocation }
    return {
      ...base,
      result: 'fail',
      detail: reason?.message ?? `${secretStoreLocation} cannot be read`,
      fix: reason?.fix ?? 'gate config set secret-store file',
    }
  } catch (error) {
    return failedCheck(base.id, base.title, error, 'gate config set secret-store file')
  }
}

async function askForToken(session: Session, connection: Connection): Promise<{ check: Check; token?: Secret }> {
  const base = { id: 'token', title: 'Token' }
  try {
    const auth = await session.auth(connection.profile, authProfileOf(connection))
    const { token } = await auth.accessToken({ interaction: 'never', signal: session.signal })
    return { check: { ...base, result: 'pass', detail: 'a token can be had without a browser' }, token }
  } catch (error) {
    return { check: failedCheck(base.id, base.title, error, 'gate login') }
  }
}

async function runHelper(session: Session, connection: Connection): Promise<{ check: Check; token?: Secret }> {
  const { host } = session
  const base = { id: 'token', title: 'Token' }
  const { command } = helperOf(host, connection.profile)
  const env = host.platform === 'win32' ? host.env : { PATH: '/usr/bin:/bin', HOME: host.home }
  let result: Awaited<ReturnType<typeof host.process.run>>
  try {
    result = await host.process.run(host.toNative(command), ['--skip-browser'], {
      env,
      timeoutMs: HELPER_LIMIT_MS,
      signal: session.signal,
    })
  } catch (error) {
    return { check: failedCheck(base.id, base.title, error, 'gate setup') }
  }
  const token = result.stdout.trim()
  if (result.code === 0 && /^[\x21-\x7e]+$/.test(token)) {
    const detail = 'the helper prints one in the bare environment that clients may give it'
    return { check: { ...base, result: 'pass', detail }, token: new Secret(token) }
  }
  const said = result.timedOut ? `no answer within ${HELPER_LIMIT_MS / 1000} s` : result.stderr.trim().split('\n')[0]
  return {
    check: {
      ...base,
      result: 'fail',
      detail: `the helper ${command} ends with ${result.code ?? 'a signal'}: ${said || 'it says nothing'}`,
      fix: result.code === 3 ? 'gate login' : 'gate setup',
      exitCode: result.code === 3 ? 3 : result.code === 6 ? 6 : 1,
    },
  }
}

function checkSize(token: Secret): Check {
  const base = { id: 'token.size', title: 'Token size' }
  const bytes = Buffer.byteLength(token.reveal())
  if (bytes <= TOKEN_WARN_BYTES) return { ...base, result: 'pass', detail: `${bytes} bytes` }
  return {
    ...base,
    result: 'warn',
    detail: `${bytes} bytes; Claude Code sends it twice, and many gateways refuse more than 16 KB of headers`,
    fix: 'Ask the administrator of the issuer to put less into the token.',
  }
}
