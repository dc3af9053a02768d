import { createHmac } from 'node:crypto'

/** What the gateways of the tests sign tokens with. */
export const SHARED_KEY = 'a-shared-key-of-the-gateway-tests'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT for the gateways of the tests, valid for an hour. */
export function signedToken(claims: Readonly<Record<string, unknown>> = {}): string {
  const now = Math.floor(Date.now() / 1000)
  const all = { iss: 'https://login.example.com', sub: 'tester', iat: now, exp: now + 3600, ...claims }
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(all)}`
  return `${text}.${createHmac('sha256', SHARED_KEY).update(text).digest('base64url')}`
}
