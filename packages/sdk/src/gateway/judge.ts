import type { Protocol } from '@gate/core'
import { isWebPage } from './own-words.js'
import { isRedirect } from './redirect.js'
import type { GatewayAnswer } from './request.js'

/**
 * What one answer to a request that no API would carry out says of the API.
 *
 * `speaks`: only an API answers so. `absent`: there is nothing. `refused`: the credential, or the lack of one, was in the
 * way, whatever lies behind it. `redirect`: somewhere else. `other`: something answers that is no API. `busy`: not now.
 */
export type AnswerKind = 'speaks' | 'absent' | 'refused' | 'redirect' | 'other' | 'busy'

/**
 * Judges the answer to an invalid request. Pure.
 *
 * @param control The answer of the same server to the same request for a path that nobody has: what it answers to
 *   everything says nothing of this protocol.
 */
export function judgeAnswer(protocol: Protocol, answer: GatewayAnswer, control: GatewayAnswer | undefined): AnswerKind {
  const { status } = answer
  if (isRedirect(status)) return 'redirect'
  if (status === 401 || status === 403 || status === 407) return 'refused'
  if (status < 400) {
    // A page in the place of an answer is where people sign in, or a portal in between.
    if (isWebPage(answer)) return 'refused'
    return isApiAnswer(protocol, answer.body) ? 'speaks' : 'other'
  }
  if (namesModel(answer.body)) return 'speaks'
  if ([404, 405, 410, 501].includes(status)) return 'absent'
  if ([400, 402, 413, 415, 422].includes(status)) {
    if (control === undefined || control.status !== status) return 'speaks'
    // A gateway may look at the body before the path.
    return isErrorOf(protocol, answer.body) && !isErrorOf(protocol, control.body) ? 'speaks' : 'other'
  }
  return 'busy'
}

/** An answer, whole or as a stream, in the words of the protocol. */
function isApiAnswer(protocol: Protocol, body: string): boolean {
  const head = body.slice(0, 8_192)
  switch (protocol) {
    case 'anthropic':
      return /"type"\s*:\s*"message(?:_start)?"/.test(head) || /^event:\s*message_start\b/m.test(head)
    case 'openai':
      return /"object"\s*:\s*"response"/.test(head) || /"type"\s*:\s*"response\./.test(head)
    case 'openai-chat':
      return /"object"\s*:\s*"chat\.completion/.test(head) || /"choices"\s*:/.test(head)
  }
}

/** Gateways that choose by the model answer 404 to one that they do not have, and to none. */
function namesModel(body: string): boolean {
  const { code, type, message } = errorIn(body)
  if (code === 'model_not_found') return true
  return type === 'not_found_error' && /^\s*model\b/i.test(String(message ?? ''))
}

function isErrorOf(protocol: Protocol, body: string): boolean {
  const { isAnthropic, message } = errorIn(body)
  return message !== undefined && (protocol === 'anthropic' ? isAnthropic : !isAnthropic)
}

function errorIn(body: string): { isAnthropic: boolean; code?: unknown; type?: unknown; message?: unknown } {
  try {
    const { type, error } = JSON.parse(body) as { type?: unknown; error?: Record<string, unknown> | null }
    if (typeof error !== 'object' || error === null) return { isAnthropic: false }
    return { isAnthropic: type === 'error', code: error.code, type: error.type, message: error.message }
  } catch {
    return { isAnthropic: false }
  }
}
