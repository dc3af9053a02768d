import { type Answer, type Protocol, wireId } from './answer.js'

const ANTHROPIC_TYPES: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  405: 'invalid_request_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  529: 'overloaded_error',
}

const OPENAI_TYPES: Record<number, { type: string; code: string | null }> = {
  400: { type: 'invalid_request_error', code: null },
  401: { type: 'invalid_request_error', code: 'invalid_api_key' },
  403: { type: 'invalid_request_error', code: 'unsupported_country_region_territory' },
  404: { type: 'invalid_request_error', code: 'not_found' },
  405: { type: 'invalid_request_error', code: 'method_not_supported' },
  413: { type: 'invalid_request_error', code: 'request_too_large' },
  426: { type: 'invalid_request_error', code: 'upgrade_required' },
  429: { type: 'rate_limit_exceeded', code: 'rate_limit_exceeded' },
  500: { type: 'server_error', code: null },
  529: { type: 'server_error', code: 'overloaded' },
}

/** An error as the API of that protocol words it. */
export function errorAnswer(
  protocol: Protocol,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): Answer {
  if (protocol === 'anthropic') {
    const requestId = wireId('req')
    const error = { type: ANTHROPIC_TYPES[status] ?? 'api_error', message }
    return {
      kind: 'json',
      status,
      headers: { 'request-id': requestId, ...headers },
      body: { type: 'error', error, request_id: requestId },
    }
  }
  const { type, code } = OPENAI_TYPES[status] ?? { type: 'server_error', code: null }
  return { kind: 'json', status, headers, body: { error: { message, type, param: null, code } } }
}
