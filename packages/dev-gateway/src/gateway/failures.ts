import type { ArmedFailure, Failure, RecordedRequest } from '../contract.js'

/** The scripted failures of the gateway. */
export interface Failures {
  arm(failure: Failure): ArmedFailure
  /** Takes one use of the first armed failure that fits the request. */
  take(request: RecordedRequest): Failure | undefined
}

export function createFailures(): Failures {
  const armed: { failure: Failure; left: number; hits: number }[] = []
  return {
    arm(failure) {
      const entry = { failure, left: failure.times ?? 1, hits: 0 }
      armed.push(entry)
      return {
        get hits() {
          return entry.hits
        },
        cancel() {
          entry.left = 0
        },
      }
    },
    take(request) {
      const entry = armed.find(({ failure, left }) => left > 0 && fits(failure.match, request))
      if (!entry) return undefined
      entry.left -= 1
      entry.hits += 1
      return entry.failure
    },
  }
}

function fits(match: Failure['match'], request: RecordedRequest): boolean {
  if (match === undefined) return request.path.includes('/v1/')
  if (typeof match === 'string') return request.path.includes(match)
  // A pattern with the g or y flag remembers where it stopped; start anew each time.
  if (match instanceof RegExp) return new RegExp(match.source, match.flags.replace(/[gy]/g, '')).test(request.path)
  return match(request)
}
