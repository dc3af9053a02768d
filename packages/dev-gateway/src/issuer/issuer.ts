import { randomBytes } from 'node:crypto'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { IssuerCounters, RequestLog, RuntimeSettings, TokenFailure } from '../contract.js'
import { logRequest } from '../request-log.js'
import { sendSkewedDate } from '../skewed-date.js'
import { createAnswerScript } from './answer-script.js'
import { answerInteraction } from './interactions.js'
import { mintAccessToken, type TokenInit } from './mint-access-token.js'
import { peekForm } from './peek-form.js'
import { createProvider } from './provider.js'
import { createSigningKey, type SigningKey } from './signing-key.js'
import { answerTokenFailure, createTokenFailures, replacesAnswer, type TokenFailures } from './token-failures.js'
import { createTokenLedger, type TokenLedger } from './token-ledger.js'

export interface IssuerInit {
  server: Server
  url: string
  defaultAudience: string
  settings: RuntimeSettings
  /** Aborted when the server stops. */
  signal: AbortSignal
  onRequest: ((event: RequestLog) => void) | undefined
}

/** The OpenID provider behind its HTTP server. */
export interface Issuer {
  readonly ledger: TokenLedger
  readonly failures: TokenFailures
  readonly counters: IssuerCounters
  readonly signJwt: SigningKey['signJwt']
  /** Posted to by the browser executable each time it starts. */
  readonly controlUrl: string
  resetCounters(): void
  revokeEverything(): void
  issueAccessToken(init: TokenInit): Promise<string>
}

const NO_COUNTS = {
  tokenRequests: 0,
  refreshRequests: 0,
  authorizationRequests: 0,
  deviceAuthorizationRequests: 0,
  revocationRequests: 0,
  browserStarts: 0,
  logins: 0,
}

/** `prompt=none` only asks: nobody is shown anything, so nothing is opened. */
function isSilent(target = '/'): boolean {
  return new URLSearchParams(target.split('?')[1]).get('prompt') === 'none'
}

/** Puts an OpenID provider on a listening server. */
export function createIssuer({ server, url, defaultAudience, settings, signal, onRequest }: IssuerInit): Issuer {
  const key = createSigningKey()
  const ledger = createTokenLedger()
  const failures = createTokenFailures()
  const counters = { ...NO_COUNTS }
  const { provider, store } = createProvider({
    issuer: url,
    defaultAudience,
    settings,
    key,
    onGrantRevoked: (grantId) => ledger.revokeGrant(grantId),
  })
  const controlPath = `/control/${randomBytes(16).toString('hex')}`
  const losesAnswer = new WeakSet<IncomingMessage>()

  provider.on('authorization.success', () => {
    counters.logins += 1
  })

  provider.use(createAnswerScript({ settings, ledger, losesAnswer: (req) => losesAnswer.has(req) }))
  const answer = provider.callback()

  const answerTokenRequest = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const grantType = (await peekForm(req))?.get('grant_type') ?? undefined
    counters.tokenRequests += 1
    if (grantType === 'refresh_token') counters.refreshRequests += 1
    const failure: TokenFailure | undefined = failures.take(grantType)
    if (failure && replacesAnswer(failure)) return answerTokenFailure(failure, res, signal)
    if (failure?.kind === 'slow') await pause(failure.delayMs ?? 1000, undefined, { signal })
    if (failure?.kind === 'lost') losesAnswer.add(req)
    await answer(req, res)
  }

  const route = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = (req.url ?? '/').split('?', 1)[0] ?? '/'
    if (path.startsWith('/interaction/')) return answerInteraction(provider, settings, req, res)
    if (req.method === 'POST' && path === '/token') return answerTokenRequest(req, res)
    if (path === '/auth' && !isSilent(req.url)) counters.authorizationRequests += 1
    if (req.method === 'POST' && path === '/device/auth') counters.deviceAuthorizationRequests += 1
    if (req.method === 'POST' && path === '/token/revocation') counters.revocationRequests += 1
    await answer(req, res)
  }

  server.on('request', (req, res) => {
    // Not a request of the OpenID provider, so it is not in its log.
    if (req.url === controlPath) {
      counters.browserStarts += 1
      res.writeHead(204).end()
      return
    }
    sendSkewedDate(res, settings.dateSkew)
    logRequest('issuer', req, res, onRequest)
    route(req, res).catch(() => res.destroy())
  })

  return {
    ledger,
    failures,
    counters,
    signJwt: key.signJwt,
    controlUrl: url + controlPath,
    resetCounters: () => void Object.assign(counters, NO_COUNTS),
    revokeEverything() {
      store.clear()
      ledger.revokeAll()
    },
    issueAccessToken: (init) => mintAccessToken({ provider, ledger, settings, defaultAudience }, init),
  }
}
