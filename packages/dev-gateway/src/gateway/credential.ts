import type { GatewayAuth, KnownToken } from '../contract.js'
import type { TokenLedger } from '../issuer/token-ledger.js'
import type { OpenRecord } from './recorder.js'

export interface CredentialRules {
  auth: GatewayAuth
  apiKeys: readonly string[]
  audience: string | undefined
  ledger: TokenLedger
}

/** Why a caller is not let in; undefined when it is. */
export type Refusal = string | undefined

/**
 * Judges the credential of a request and notes what the issuer knows of it. `Authorization` comes before `X-Api-Key`: Claude
 * Code sends its helper's token in both, but a user's own key may sit in the second (2.1.197 and 2.1.329 with ANTHROPIC_API_KEY).
 */
export function judgeCredential(record: OpenRecord, { auth, apiKeys, audience, ledger }: CredentialRules): Refusal {
  const credential = record.bearer || record.apiKey
  if (credential) record.token = lookUp(ledger, credential, audience)
  if (auth === 'none') return undefined
  if (!credential) return 'no credential was sent'
  if (apiKeys.includes(credential)) return undefined
  if (auth === 'api-key') return 'the API key is not known'
  switch (record.token?.state) {
    case 'valid':
      return undefined
    case 'expired':
      return 'the token has expired'
    case 'revoked':
      return 'the token was revoked'
    case 'wrong-audience':
      return 'the token is for another audience'
    case undefined:
      return 'the token was not issued here'
  }
}

function lookUp(ledger: TokenLedger, credential: string, audience: string | undefined): KnownToken | undefined {
  const known = ledger.look(credential)
  if (known?.state === 'valid' && audience !== undefined && !known.audience.includes(audience)) {
    return { ...known, state: 'wrong-audience' }
  }
  return known
}
