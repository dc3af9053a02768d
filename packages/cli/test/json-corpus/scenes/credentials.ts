import { rm } from 'node:fs/promises'
import type { DevGateway } from '@gate/dev-gateway'
import type { CallOptions } from '../../harness/machine.js'
import { API_KEY, REFUSED_API_KEY } from '../given-secrets.js'
import type { Scene } from '../scene.js'

/** API keys, gateways that want none, and secrets that cannot be had. */
export const CREDENTIALS: readonly Scene[] = [
  {
    name: 'api-key',
    gateway: { auth: 'api-key', apiKeys: [API_KEY] },
    async play({ gateway, record, recordText }) {
      const stdin = `${API_KEY}\n`
      await record('setup without a key', ['setup', '--gateway-url', gateway.url, '--api-key-stdin'], { stdin: '' })
      await record('setup', ['setup', '--gateway-url', gateway.url, '--api-key-stdin'], { stdin })
      await record('status', ['status', 'codex', '--live'])
      await record('configuration', ['config', 'show'])
      await record('doctor', ['doctor'])
      await recordText('token', ['token'])
      await record('logout', ['logout'])
      await record('login without a key', ['login'])
      await record('login', ['login', '--api-key-stdin'], { stdin })
      await record('a key that the gateway refuses', ['setup', '--api-key-stdin'], {
        stdin: `${REFUSED_API_KEY}\n`,
      })
    },
  },
  {
    name: 'no-authentication',
    gateway: { auth: 'none' },
    async play({ gateway, record, recordText, run }) {
      await run(['config', 'set', 'gateway-url', gateway.url])
      await record('chosen', ['config', 'set', 'auth', 'none'])
      await record('setup', ['setup'])
      await record('status', ['status', '--live'])
      await record('configuration', ['config', 'show'])
      await record('doctor', ['doctor'])
      await recordText('token', ['token'])
      await record('login', ['login'])
      await record('logout', ['logout'])
      await record('teardown', ['teardown'])
    },
  },
  {
    name: 'login-elsewhere',
    clients: [],
    async play({ gateway, record, run, connection }) {
      await run(['setup', '--lazy', ...connection])
      await record('by address', ['login', '--skip-browser'], visiting(gateway, 'url'))
      await record('on another device', ['login', '--device'], visiting(gateway, 'verificationUriComplete'))
    },
  },
  {
    name: 'secret-store',
    async play({ machine, record, run, connection }) {
      const other = { env: { GATE_SECRET_STORE_PASSPHRASE: 'another one' } }
      const none = { env: { GATE_SECRET_STORE_PASSPHRASE: undefined } }
      await run(['setup', ...connection])
      await rm(machine.path('.cache/gate/tokens'), { recursive: true })
      await record('status with another passphrase', ['status', 'codex'], other)
      await record('status without a passphrase', ['status', 'codex'], none)
      await record('logout without a passphrase', ['logout'], none)
      await record('unknown store', ['status', 'codex'], { env: { GATE_SECRET_STORE: 'cupboard' } })
      await record('store of the environment', ['login'], { env: { GATE_SECRET_STORE: 'env' } })
      await record('key file', ['config', 'set', 'secret-store', 'file', '--key-file'])
    },
  },
]

/** Opens the address that a login tells on stderr, once. */
function visiting(gateway: DevGateway, field: string): CallOptions {
  let visited = false
  return {
    onStderr: (text) => {
      const url = new RegExp(`"${field}":"([^"]+)"`).exec(text)?.[1]
      if (url === undefined || visited) return
      visited = true
      void gateway.visit(url)
    },
  }
}
