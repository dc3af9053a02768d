import type { Reason } from '@gate/core'
import type { Failure } from '../failure.js'

/** A failure as the reason of a client's state. */
export function reasonOfFailure({ code, message, file, line, fix }: Failure): Reason {
  return {
    code,
    message,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(fix === undefined ? {} : { fix }),
  }
}
