export { atomicWrite, removeLeftovers, type WriteOptions } from './engine/atomic-write.js'
export { createEngine } from './engine/engine.js'
export { errnoOf, ioError } from './engine/io-error.js'
export { type HeldLock, isLocked, type LockOptions, withLock } from './engine/lock.js'
