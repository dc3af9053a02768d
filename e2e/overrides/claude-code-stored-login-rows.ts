import { json } from './claude-code-settings.ts'
import type { OverrideRow } from './override-row.ts'

const LATER = 4_000_000_000_000
const trusted = { '127.0.0.1': 'http-loopback' }
const login = (changes: object = {}, gatewayTrust: object = trusted) => ({
  'home/.claude/.credentials.json': json({
    enterpriseGateway: { url: '{B}', jwt: 'jwt', expiresAt: LATER, tokenEndpoint: '{B}/oauth/token', ...changes },
    gatewayTrust,
  }),
})
const wins: Pick<OverrideRow, 'reaches' | 'says' | 'status' | 'overrides'> = {
  // The foreign server has no managed settings to give out, which that gateway must have.
  reaches: 'nowhere',
  says: 'from Cloud gateway',
  status: 'overridden',
  overrides: [{ source: 'user', location: ['.credentials.json', 'enterpriseGateway'] }],
}
const counts = { reaches: 'A', status: 'connected' } as const

/** Logins that Claude Code stored itself. */
export const storedLoginRows: readonly OverrideRow[] = [
  { title: 'a stored login to a Claude apps gateway', files: login(), ...wins, since: '2.1.197' },
  { title: 'a stored login to a Claude apps gateway that is over', files: login({ expiresAt: 1000 }), ...counts },
  { title: 'a stored login to a Claude apps gateway that is not trusted', files: login({}, {}), ...counts },
  {
    title: 'a stored login to a Claude apps gateway whose neighbour is trusted',
    files: login({}, { '127.0.0.2': 'http-loopback' }),
    ...counts,
  },
  {
    title: 'stored logins of other kinds',
    files: {
      'home/.claude/.credentials.json': json({
        organizationUuid: 'o',
        designOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: LATER },
        cloudSessionsOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: LATER },
        hybridOauth: { accessToken: 'a', refreshToken: 'r', expiresAt: LATER },
        mcpOAuth: {},
      }),
    },
    ...counts,
  },
]
