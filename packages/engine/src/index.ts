export { describeIssue } from './describe-issue.js'
export { atomicWrite, removeLeftovers, type WriteOptions } from './engine/atomic-write.js'
export { createEngine } from './engine/engine.js'
export { errnoOf, ioError } from './engine/io-error.js'
export { type HeldLock, isLocked, type LockOptions, withLock } from './engine/lock.js'
export { resolveTarget } from './engine/resolve-target.js'
export {
  byField,
  fields,
  filledText,
  isNumber,
  isPosition,
  isText,
  listOf,
  oneOf,
  recordOf,
  type Shape,
} from './shape.js'
