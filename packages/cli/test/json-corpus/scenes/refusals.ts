import type { Scene } from '../scene.js'

const EVER = Number.POSITIVE_INFINITY

/** A gateway and an issuer that answer, and refuse. */
export const REFUSALS: readonly Scene[] = [
  {
    name: 'refused',
    gateway: {},
    async play({ gateway, record, run, connection }) {
      gateway.set({ consent: 'deny' })
      await record('login denied at setup', ['setup', ...connection])
      gateway.set({ consent: 'approve' })
      await run(['setup', ...connection])
      const broken = gateway.fail({ kind: '500', match: '/v1/messages', times: EVER })
      await record('one protocol fails', ['status', '--live'])
      broken.cancel()
      const forbidden = gateway.fail({ kind: '403', match: '/v1/messages', times: EVER })
      await record('doctor of a gateway that forbids', ['doctor', '--live'])
      forbidden.cancel()
      gateway.set({ redirect: { status: 307, location: 'https://elsewhere.example.com/' } })
      await record('doctor of a gateway that redirects', ['doctor'])
      gateway.set({ redirect: undefined })
      gateway.expireAccessTokens()
      await record('token rejected', ['status', '--live'])
      gateway.revokeEverything()
      await record('setup after the grant was revoked', ['setup'])
      gateway.revokeEverything()
      await record('logout of a revoked grant', ['logout'])
    },
  },
]
