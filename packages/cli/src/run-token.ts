import { openGate } from '@gate/sdk'
import { endProcess, isHeldUp, type TokenArguments, watchNativeCall } from '@gate/sdk/token-command'
import { installation } from './installation.js'
import { createLoginPresenter } from './print/login-presenter.js'
import { createProgress } from './print/progress.js'
import { isTerminal } from './print/streams.js'

export { endProcess, isHeldUp }

/**
 * The long way to a token: refresh, or a login where the caller may lead to one. Everything but the token goes to stderr.
 *
 * @returns The token, and the name of the profile that it is of.
 * @throws GateError `not-configured`, `other-gateway`, `login-required`, and those of `@gate/auth`.
 */
export async function fetchToken(
  args: TokenArguments,
  signal: AbortSignal | undefined,
  warn: (message: string) => void,
): Promise<{ readonly token: string; readonly profile: string }> {
  const gate = openGate({
    // A helper may be started with an empty environment; GATE_HOME or the shim's paths are enough then.
    requireHome: false,
    isOwnershipChecked: true,
    installation: installation(),
    presenter: createLoginPresenter(createProgress(true), false),
    onNativeCall: watchNativeCall,
    onWarning: warn,
    signal,
  })
  const { token, profile } = await gate.token({ ...args, foreground: isTerminal('stderr') })
  return { token: token.reveal(), profile }
}
