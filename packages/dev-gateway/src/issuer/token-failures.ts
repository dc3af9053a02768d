import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import type { ArmedFailure, TokenFailure } from '../contract.js'

/** The scripted failures of the token endpoint. */
export interface TokenFailures {
  arm(failure: TokenFailure): ArmedFailure
  /** Takes one use of the first armed failure that fits the grant type. */
  take(grantType: string | undefined): TokenFailure | undefined
}

export function createTokenFailures(): TokenFailures {
  const armed: { failure: TokenFailure; left: number; hits: number }[] = []
  return {
    arm(failure) {
      const entry = { failure, left: failure.times ?? 1, hits: 0 }
      armed.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        cancel() {
          entry.left = 0
        },
      }
    },
    take(grantType) {
      const entry = armed.find(({ failure, left }) => left > 0 && (failure.grantType ?? grantType) === grantType)
      if (!entry) return undefined
      entry.left -= 1
      entry.hits += 1
      return entry.failure
    },
  }
}

/** True for failures that replace the provider's answer; `slow` and `lost` only wrap it. */
export function replacesAnswer(failure: TokenFailure): boolean {
  return failure.kind !== 'slow' && failure.kind !== 'lost'
}

const HUGE = 32 * 1024 * 1024

/** Answers a token request in the scripted wrong way. `hang` is over when the connection is. */
export async function answerTokenFailure(
  failure: TokenFailure,
  res: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const retryAfter = failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) }
  const json = (status: number, body: unknown) =>
    void res.writeHead(status, { 'content-type': 'application/json', ...retryAfter }).end(JSON.stringify(body))
  switch (failure.kind) {
    case 'invalid_grant':
      return json(400, { error: 'invalid_grant', error_description: 'scripted: grant request is invalid' })
    case 'access_denied':
    case 'expired_token':
    case 'slow_down':
      return json(400, { error: failure.kind, error_description: 'scripted' })
    case '400':
      return json(400, { error: 'invalid_request', error_description: 'scripted: bad request' })
    case '429':
      return json(429, { error: 'too_many_requests', error_description: 'scripted: too many requests' })
    case '500':
      return json(500, { error: 'server_error', error_description: 'scripted: internal error' })
    case '503':
      return json(503, { error: 'temporarily_unavailable', error_description: 'scripted: unavailable' })
    case 'html':
      return void res
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html><title>Sign in to the network</title><p>scripted: a captive portal answers instead.')
    case 'empty':
      return void res.writeHead(200, { 'content-type': 'application/json', 'content-length': '0' }).end()
    case 'huge':
      return void res
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"access_token":"x","token_type":"Bearer","padding":"${'x'.repeat(HUGE)}"}`)
    case 'drip':
      return drip(res, failure.delayMs ?? 50, signal)
    case 'answer': {
      const { status, headers = {}, body = '' } = failure.answer ?? { status: 500 }
      return void res.writeHead(status, headers).end(body)
    }
    case 'reset':
      return void res.socket?.resetAndDestroy()
    case 'hang':
      return
    case 'slow':
    case 'lost':
      throw new Error(`a "${failure.kind}" failure has no answer of its own`)
  }
}

async function drip(res: ServerResponse, gapMs: number, signal: AbortSignal): Promise<void> {
  res.writeHead(200, { 'content-type': 'application/json' })
  for (const byte of `{"access_token":"${'x'.repeat(4096)}`) {
    if (res.destroyed) return
    res.write(byte)
    await pause(gapMs, undefined, { signal }).catch(() => undefined)
  }
  res.destroy()
}
