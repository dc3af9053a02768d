import type { Engine, Host } from '@gate/core'

/**
 * The engine of one host. Its parts load when they are first used, because `status` and `token` must start fast and never
 * need the parts that write.
 */
export function createEngine(host: Host): Engine {
  return {
    apply: async (plan, meta, options) => (await import('./apply.js')).apply(host, plan, meta, options),
    revert: async (clientId, options) => (await import('./revert.js')).revert(host, clientId, options),
    recognise: async (traces) => (await import('./orphans/reclaim.js')).recognise(host, traces),
    inspect: async (clientId, plan) => (await import('./inspect.js')).inspect(host, clientId, plan),
    receipts: async () => (await import('./receipts/ledger.js')).receipts(host),
    recover: async () => (await import('./transaction/recover.js')).recover(host),
    readDocument: async (path, format) => (await import('./files/read-document.js')).readDocument(host, path, format),
    exclusively: async (name, work, signal) =>
      (await import('./lock/lock.js')).withLock(host, `client-${name}`, work, {
        timeoutMs: 10_000,
        ...(signal ? { signal } : {}),
      }),
    parseDocument: async (text, format, name) =>
      (await import('./files/read-document.js')).parseDocument(text, format, name),
  }
}
