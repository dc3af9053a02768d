import { writeSync } from 'node:fs'
import { endProcess } from '@gate/sdk/token-command'
import { commandFailure } from './failure.js'
import { printFailure } from './print/failure.js'
import { guardStreams } from './print/streams.js'

/**
 * Tells errors that nobody waits for as any other, and ends the process with their exit code. Node would print the line
 * of the bundle that they come from, which is all of it.
 *
 * @param json Whether errors are objects.
 */
export function endOnUncaught(json: boolean): void {
  const end = (error: unknown) => {
    const failure = commandFailure(error)
    try {
      // At once, because nothing waits for a stream any more.
      writeSync(2, printFailure(failure, json))
    } catch {
      // The exit code says it.
    }
    endProcess(failure.exitCode)
  }
  process.on('uncaughtException', end)
  process.on('unhandledRejection', end)
  guardStreams(end)
}
