import { type Host, Secret } from '@gate/core'
import type { SecretStore } from './secret-store.js'
import { storeError } from './store-errors.js'

/** `GATE_TOKEN`; undefined when it is unset or blank, as CI leaves a secret that it does not have. */
export function givenToken(host: Pick<Host, 'env'>): string | undefined {
  return host.env.GATE_TOKEN?.trim() || undefined
}

/** Secrets from the environment, for CI: `GATE_TOKEN` is the API key; grants cannot be kept. */
export function createEnvironmentStore(host: Host): SecretStore {
  return {
    kind: 'env',
    location: 'environment (GATE_TOKEN)',
    async get(name) {
      const value = givenToken(host)
      return name.purpose === 'api-key' && value ? new Secret(value) : undefined
    },
    async set() {
      throw storeError('secret-store-read-only', 'Secrets come from the environment, so gate cannot keep any.')
    },
    async delete() {
      return false
    },
  }
}
