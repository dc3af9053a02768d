import { connectionFlags } from '../../harness/machine.js'
import type { Scene } from '../scene.js'

/** Port 9 of this machine: nothing listens there. */
const NOWHERE = 'http://127.0.0.1:9'

/** Gateway and issuer that do not answer. */
export const UNREACHABLE: readonly Scene[] = [
  {
    name: 'unreachable',
    async play({ gateway, record, run, startGateway }) {
      const issuer = ['--issuer', gateway.issuer, '--client-id', gateway.clientId]
      await record('setup without an issuer', [
        ...['setup', '--gateway-url', gateway.url, '--issuer', NOWHERE, '--client-id', 'gate'],
      ])
      await record('setup without a gateway', ['setup', '--gateway-url', NOWHERE, ...issuer])
      await record('status with requests', ['status', '--live'])
      await record('doctor with requests', ['doctor', '--live'])
      const gone = await startGateway('gateway that is gone')
      await run(['setup', '--client', 'codex', ...connectionFlags(gone)], { env: { BROWSER: gone.browser } })
      await gone.stop()
      await record('status with requests after both are gone', ['status', 'codex', '--live'])
      await record('logout without an issuer', ['logout'])
    },
  },
]
