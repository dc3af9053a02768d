import type { LoginResult, LogoutResult } from '@gate/sdk'
import { forPeople } from './for-people.js'

/** The answer of `login --json`. */
export function loginJson(result: LoginResult) {
  return {
    account: result.account ?? null,
    expiresAt: result.expiresAt === undefined ? null : new Date(result.expiresAt).toISOString(),
    renewable: result.renewable,
    byOtherProcess: result.byOtherProcess,
  }
}

/** What `login` says to people. */
export const loginText = forPeople((result: LoginResult): string => {
  const who = result.account === undefined ? '' : ` as ${result.account}`
  const renewal = result.renewable ? '' : ' The issuer gave no refresh token, so the next expiry needs a new login.'
  return `Signed in${who}.${renewal}\n`
})

const REVOCATIONS: Readonly<Record<LogoutResult['revocation'], string>> = {
  revoked: ' The grant was revoked at the issuer.',
  'not-offered': ' The issuer offers no revocation; the grant ends by itself.',
  failed: ' The grant could not be revoked at the issuer.',
  'nothing-to-revoke': '',
}

/** What `logout` says to people. */
export const logoutText = forPeople((result: LogoutResult): string => {
  if (!result.wasSignedIn) return 'Nobody was signed in.\n'
  const reason = result.reason === undefined ? '' : ` (${result.reason})`
  return `Signed out.${REVOCATIONS[result.revocation]}${reason}\n`
})
