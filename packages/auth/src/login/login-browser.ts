import type { Host } from '@gate/core'
import type { OidcAuth } from '../binding.js'
import type { LoginPresenter } from '../contract.js'
import {
  type AuthorizationChecks,
  type Issuer,
  newAuthorizationChecks,
  type TokenSet,
} from '../issuer/issuer-client.js'
import { IssuerFailure } from '../issuer/issuer-failure.js'
import {
  type CallbackArrival,
  type CallbackExpectation,
  type CallbackServer,
  refusalOf,
  startCallbackServer,
} from './callback-server.js'
import { openBrowser } from './open-browser.js'

/** What a login method works with. */
export interface LoginContext {
  readonly host: Host
  readonly auth: OidcAuth
  readonly issuer: Issuer
  readonly present: LoginPresenter
  /** Aborts with the error that ends the login. */
  readonly signal: AbortSignal
  /** Called when the address to open is known, and without one when it has been opened. */
  readonly onUrl: (url: string | undefined) => Promise<void>
}

/**
 * Authorization code with PKCE (RFC 7636) over a loopback redirect (RFC 8252): opens the browser and waits for its answer.
 *
 * @throws IssuerFailure, or GateError `callback-port-busy`.
 */
export function loginWithBrowser(context: LoginContext): Promise<TokenSet> {
  return authorize(context, false, async ({ url, hasStarted }) => {
    context.present.show({ kind: 'browser', url })
    const outcome = await openBrowser(context.host, url, context.signal)
    // A browser that has come here was opened, however it ends.
    if (!outcome.opened && !hasStarted()) context.present.show({ kind: 'browser-failed', url, reason: outcome.reason })
    return await NEVER
  })
}

/**
 * The same without starting anything: the person opens the address on this machine (or through a forwarded port), or the
 * issuer's own address anywhere, and then pastes the address that that browser ended at.
 */
export function loginWithPrintedUrl(context: LoginContext): Promise<TokenSet> {
  return authorize(context, context.present.pasteRedirect !== undefined, async (attempt) => {
    const { present } = context
    const { url, issuerUrl, redirectUri, expectation, signal } = attempt
    present.show({ kind: 'print-url', url, issuerUrl, redirectUri })
    while (present.pasteRedirect) {
      const pasted = parsePasted(await present.pasteRedirect(signal), redirectUri)
      const refusal = pasted ? refusalOf(pasted.searchParams, expectation) : 'This is not the address of the last page.'
      if (pasted && refusal === undefined) return { url: pasted, answer: () => {} }
      present.show({ kind: 'paste-refused', reason: refusal ?? '' })
    }
    return await NEVER
  })
}

interface Attempt {
  /** The start on this machine. */
  readonly url: string
  readonly issuerUrl: string
  /** Whether a browser was led to the issuer. */
  readonly hasStarted: () => boolean
  readonly redirectUri: string
  readonly expectation: CallbackExpectation
  /** Aborts also when the callback was reached. */
  readonly signal: AbortSignal
}

const NEVER = new Promise<never>(() => {})

async function authorize(
  context: LoginContext,
  pasted: boolean,
  otherWay: (attempt: Attempt) => Promise<CallbackArrival>,
): Promise<TokenSet> {
  const { host, issuer, present, signal } = context
  const checks = newAuthorizationChecks()
  const expectation = { state: checks.state, issuer: issuer.issuerId, issRequired: issuer.sendsIss, pasted }
  let started = false
  const onStarted = () => {
    started = true
    context.onUrl(undefined).catch(() => {})
  }
  const server = await startCallbackServer(host, context.auth.callbackPort, expectation, onStarted)
  const over = new AbortController()
  try {
    const authorization = await issuer.authorizationUrl(server.redirectUri, checks)
    server.leadTo(authorization)
    const url = server.startAddress
    await context.onUrl(url)
    issuer.doubtAbout(authorization, AbortSignal.any([signal, over.signal])).then(
      (doubt) => doubt !== undefined && !over.signal.aborted && present.show({ kind: 'doubt', message: doubt }),
      () => {},
    )
    const attempt = {
      url,
      issuerUrl: authorization.href,
      hasStarted: () => started,
      redirectUri: server.redirectUri,
      expectation,
      signal: AbortSignal.any([signal, over.signal]),
    }
    const arrival = await firstOf(server, otherWay(attempt), signal)
    over.abort()
    return await exchange(issuer, arrival, checks)
  } finally {
    over.abort()
    await server.close()
  }
}

async function firstOf(server: CallbackServer, other: Promise<CallbackArrival>, signal: AbortSignal) {
  signal.throwIfAborted()
  const ended = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  other.catch(() => {})
  return await Promise.race([server.arrival, other, ended])
}

async function exchange(issuer: Issuer, arrival: CallbackArrival, checks: AuthorizationChecks): Promise<TokenSet> {
  try {
    const tokens = await issuer.exchangeCode(arrival.url, checks)
    arrival.answer({ ok: true })
    return tokens
  } catch (error) {
    arrival.answer({
      ok: false,
      message: error instanceof IssuerFailure ? error.gateError.message : 'It was interrupted.',
    })
    throw error
  }
}

/** What a person pasted: the whole address, or only its query. */
function parsePasted(text: string, redirectUri: string): URL | undefined {
  const trimmed = text.trim()
  if (trimmed.startsWith(`${redirectUri}?`) && URL.canParse(trimmed)) return new URL(trimmed)
  if (/^\??(\w+=[^\s]*)$/.test(trimmed)) return new URL(`${redirectUri}?${trimmed.replace(/^\?/, '')}`)
  return undefined
}
