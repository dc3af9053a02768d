export { createEngine } from './create-engine.js'
export { describeIssue } from './describe-issue.js'
export { atomicWrite, removeLeftovers, type WriteOptions } from './files/atomic-write.js'
export { errnoOf, ioError } from './files/io-error.js'
export { resolveTarget } from './files/resolve-target.js'
export { type HeldLock, isLocked, type LockOptions, withLock } from './lock/lock.js'
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
