import { advice, type Connection, type Host, Secret } from '@gate/core'
import { authProfileOf, helperOf, type Session } from '../../session.js'
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
      fix: reason?.fix ?? { action: 'set-setting', key: 'secret-store', value: 'file' },
    }
  } catch (error) {
    return failedCheck(base.id, base.title, error, { action: 'set-setting', key: 'secret-store', value: 'file' })
  }
}

async function askForToken(session: Session, connection: Connection): Promise<{ check: Check; token?: Secret }> {
  const base = { id: 'token', title: 'Token' }
  try {
    const auth = await session.auth(connection.profile, authProfileOf(connection))
    const { token } = await auth.accessToken({ interaction: 'never', signal: session.signal })
    return { check: { ...base, result: 'pass', detail: 'a token can be had without a browser' }, token }
  } catch (error) {
    return { check: failedCheck(base.id, base.title, error, { action: 'login' }) }
  }
}

/**
 * Runs the shim as clients do. First in the barest environment that one may give it (a client started from the desktop
 * has no variables of a shell); when only the full one works, that is worth a warning.
 */
async function runHelper(session: Session, connection: Connection): Promise<{ check: Check; token?: Secret }> {
  const { host } = session
  const base = { id: 'token', title: 'Token' }
  const bare = await tryHelper(session, connection, { PATH: '/usr/bin:/bin', HOME: host.home })
  if (bare.token) {
    const detail = 'the helper prints one in the bare environment that clients may give it'
    return { check: { ...base, result: 'pass', detail }, token: bare.token }
  }
  const full = await tryHelper(session, connection, host.env)
  if (full.token) {
    const detail = `the helper works here, but not in a bare environment: ${bare.said}`
    const fix = advice('{0}, or start clients with the variables of this shell', {
      action: 'set-setting',
      key: 'secret-store',
      value: 'keychain',
    })
    return { check: { ...base, result: 'warn', detail, fix }, token: full.token }
  }
  return {
    check: {
      ...base,
      result: 'fail',
      detail: `the helper ends with ${full.code ?? 'a signal'}: ${full.said}`,
      fix: full.code === 3 ? { action: 'login' } : { action: 'setup' },
      ...codeOfHelper(full.code),
    },
  }
}

/** The code behind an exit code of the helper. */
function codeOfHelper(exitCode: number | null): Pick<Check, 'code'> {
  if (exitCode === 3) return { code: 'login-required' }
  return exitCode === 6 ? { code: 'issuer-unreachable' } : {}
}

interface HelperRun {
  readonly code: number | null
  readonly token?: Secret
  /** First line of what it said when there is no token. */
  readonly said: string
}

async function tryHelper(session: Session, connection: Connection, env: Host['env']): Promise<HelperRun> {
  const { host } = session
  const { command } = helperOf(host, connection)
  try {
    const { code, stdout, stderr, timedOut } = await host.process.run(host.toNative(command), ['--skip-browser'], {
      // Windows starts no program without its own variables.
      env: host.platform === 'win32' ? host.env : env,
      timeoutMs: HELPER_LIMIT_MS,
      signal: session.signal,
    })
    const text = stdout.trim()
    if (code === 0 && /^[\x21-\x7e]+$/.test(text)) return { code, token: new Secret(text), said: '' }
    const line = timedOut ? `no answer within ${HELPER_LIMIT_MS / 1000} s` : stderr.trim().split('\n')[0]
    return { code, said: line || 'it says nothing' }
  } catch (error) {
    return {
      code: null,
      said: `${command} cannot be started: ${error instanceof Error ? error.message : String(error)}`,
    }
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
    fix: advice('Ask the administrator of the issuer to put less into the token.'),
  }
}
