import './zod-without-eval.js'
import { callerOf, interactionOf } from '@gate/auth'
import { GateError } from '@gate/core'
import { createNodeHost } from '@gate/engine/host'
import { recallClient } from './operations/client-record.js'
import { authProfileOf, openSession } from './operations/session.js'
import { createLoginPresenter } from './print/login-presenter.js'
import { printable } from './print/printable.js'
import { createProgress } from './print/progress.js'
import { writeError, writeOut } from './print/streams.js'
import { requireComplete } from './profile/index.js'
import type { TokenArguments } from './token-arguments.js'

export { endProcess, isHeldUp } from './end-process.js'

/**
 * The long way to a token: refresh, or a login where the caller may lead to one. Prints the token and a newline on
 * stdout, everything else on stderr.
 *
 * @returns Name of the profile that it is of.
 * @throws GateError `not-configured`, `other-gateway`, `login-required`, and those of `@gate/auth`.
 */
export async function runToken(args: TokenArguments, signal?: AbortSignal): Promise<string> {
  const { token, profile } = await fetchToken(args, signal)
  writeOut(`${token}\n`)
  return profile
}

/**
 * Brings the cache file up to date after its token was printed, e.g. so that the shim can answer from it again since
 * `config.json` changed. The caller has its token, so nothing that is in the way of this is worth a word.
 */
export async function renewCacheFile(args: TokenArguments): Promise<void> {
  await fetchToken({ ...args, skipBrowser: true }, undefined, () => {}).catch(() => {})
}

async function fetchToken(
  args: TokenArguments,
  signal: AbortSignal | undefined,
  warn = (message: string) => writeError(`gate: ${printable(message)}\n`),
): Promise<{ readonly token: string; readonly profile: string }> {
  const session = await openSession({
    // A helper may be started with an empty environment; GATE_HOME or the shim's paths are enough then.
    host: createNodeHost({ requireHome: false }),
    profile: args.profile,
    presenter: createLoginPresenter(createProgress(true), false),
    warn,
    ...(signal === undefined ? {} : { signal }),
  })
  const { auth: kind, ...complete } = requireComplete(session.profileName, session.profile)
  if (kind.kind === 'none') {
    throw new GateError({
      code: 'invalid-config',
      message: `the gateway of profile "${session.profileName}" wants no token`,
    })
  }
  if (args.gatewayUrl !== undefined && args.gatewayUrl !== complete.gatewayUrl) {
    throw new GateError({
      code: 'other-gateway',
      message: `this client was set up for ${args.gatewayUrl}, but profile "${session.profileName}" is for ${complete.gatewayUrl} now, so it gets no token`,
      fix: `gate setup${args.client === undefined ? '' : ` --client ${args.client}`}`,
    })
  }
  const auth = await session.auth(session.profileName, authProfileOf({ ...complete, auth: kind }))
  const client = callerOf(session.host, args.client)
  const { loginWaitSeconds } = client === undefined ? {} : await recallClient(session.host, client)
  const interaction = interactionOf(session.host, {
    client,
    loginWaitSeconds,
    skipBrowser: args.skipBrowser,
    terminal: process.stderr.isTTY === true,
  })
  const { token } = await auth.accessToken({
    interaction,
    forceRefresh: args.forceRefresh,
    present: session.presenter,
    signal: session.signal,
    ...(loginWaitSeconds === undefined ? {} : { waitMs: loginWaitSeconds * 1000 }),
  })
  return { token: token.reveal(), profile: session.profileName }
}
