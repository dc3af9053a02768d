export { parseTokenArguments, type TokenArguments } from './arguments.js'
export { endProcess, isHeldUp, watchNativeCall } from './end-process.js'
export { type LongWay, runTokenCommand } from './run-token-command.js'
export { writeAtOnce } from './write-at-once.js'
