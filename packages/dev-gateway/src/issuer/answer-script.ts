import type { IncomingMessage } from 'node:http'
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { RuntimeSettings } from '../contract.js'
import { expiryOf } from './mint-access-token.js'
import type { TokenLedger } from './token-ledger.js'

export interface AnswerScriptInit {
  settings: RuntimeSettings
  ledger: TokenLedger
  /** Requests whose answer is to get lost on the way. */
  losesAnswer: (req: IncomingMessage) => boolean
}

/** Koa middleware around the provider: notes the tokens it issues and changes its answers as the settings say. */
export function createAnswerScript({ settings, ledger, losesAnswer }: AnswerScriptInit) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    await next()
    const body: unknown = ctx.body
    if (ctx.status !== 200 || !isRecord(body)) return
    switch (ctx.path) {
      case '/token':
        noteAccessToken(ctx, body, ledger)
        if (settings.rewriteTokenResponse) ctx.body = settings.rewriteTokenResponse({ ...body })
        break
      case '/device/auth':
        if (settings.deviceInterval !== undefined) ctx.body = { ...body, interval: settings.deviceInterval }
        break
      case '/.well-known/openid-configuration':
      case '/.well-known/oauth-authorization-server':
        if (settings.rewriteDiscovery) ctx.body = settings.rewriteDiscovery({ ...body })
        break
    }
    if (losesAnswer(ctx.req)) {
      ctx.respond = false
      ctx.req.socket.resetAndDestroy()
    }
  }
}

function noteAccessToken(ctx: KoaContextWithOIDC, body: Record<string, unknown>, ledger: TokenLedger): void {
  const token = ctx.oidc.entities.AccessToken
  if (!token || typeof body.access_token !== 'string') return
  ledger.add(body.access_token, {
    jti: token.jti,
    subject: token.accountId,
    clientId: token.clientId ?? '',
    grantId: token.grantId,
    scope: token.scope ?? '',
    audience: token.aud === undefined ? [] : [token.aud].flat(),
    expiresAt: expiryOf(token),
  })
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
}
