export { atomicWrite, removeLeftovers, type WriteOptions } from './atomic-write.js'
export { createEngine } from './engine.js'
export { errnoOf, ioError } from './io-error.js'
export { type HeldLock, type LockOptions, withLock } from './lock.js'
