import { openGate } from '../open-gate.js'
import type { TokenArguments } from './arguments.js'
import { watchNativeCall } from './end-process.js'

export { endProcess, isHeldUp } from './end-process.js'

/** The long way of {@link LongWay} for helpers of a program with `@gate/sdk`: nobody is at a terminal. */
export async function fetchToken(
  args: TokenArguments,
  signal: AbortSignal | undefined,
  warn: (message: string) => void,
): Promise<{ readonly token: string; readonly profile: string }> {
  // A helper may be started with an empty environment; GATE_HOME or the helper's paths are enough then.
  const gate = openGate({ requireHome: false, onWarning: warn, onNativeCall: watchNativeCall, signal })
  const { token, profile } = await gate.token(args)
  return { token: token.reveal(), profile }
}
