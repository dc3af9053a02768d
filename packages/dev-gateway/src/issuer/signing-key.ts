import { generateKeyPairSync, sign } from 'node:crypto'
import type { JWK } from 'oidc-provider'

/** The provider's only signing key: ES256, because making an RSA key takes longer than starting both servers. */
export interface SigningKey {
  /** Private JWK, for the provider. */
  jwk: JWK
  /** A compact JWS over any claims, for tests of what a client must refuse. */
  signJwt(claims: Record<string, unknown>, header?: Record<string, unknown>): string
}

export function createSigningKey(): SigningKey {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = 'gate-dev'
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' } as JWK
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    jwk,
    signJwt(claims, header = {}) {
      const input = `${encode({ alg: 'ES256', typ: 'JWT', kid, ...header })}.${encode(claims)}`
      // RFC 7518 section 3.4: ES256 signatures are r || s, not the DER that Node makes by default.
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}
