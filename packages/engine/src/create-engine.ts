import type { Engine } from '@gate/core'

/**
 * The engine of this package. Its parts load when they are first used, because `status` and `token` must start
 * fast and never need the parts that write.
 */
export function createEngine(): Engine {
  return {
    apply: async (host, plan, meta, options) => (await import('./apply.js')).apply(host, plan, meta, options),
    revert: async (host, clientId, options) => (await import('./revert.js')).revert(host, clientId, options),
    recognise: async (host, traces) => (await import('./orphans/reclaim.js')).recognise(host, traces),
    inspect: async (host, clientId, plan) => (await import('./inspect.js')).inspect(host, clientId, plan),
    receipts: async (host) => (await import('./receipts/ledger.js')).receipts(host),
    recover: async (host) => (await import('./transaction/recover.js')).recover(host),
    readDocument: async (host, path, format) =>
      (await import('./files/read-document.js')).readDocument(host, path, format),
    exclusively: async (host, name, work, signal) =>
      (await import('./lock/lock.js')).withLock(host, `client-${name}`, work, {
        timeoutMs: 10_000,
        ...(signal ? { signal } : {}),
      }),
    parseDocument: async (text, format, name) =>
      (await import('./files/read-document.js')).parseDocument(text, format, name),
  }
}
