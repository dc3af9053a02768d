import { GateError } from '@gate/core'

/** Arguments of `gate token`. */
export interface TokenArguments {
  readonly profile: string | undefined
  /** Id of the client that runs the helper; decides whether a login is awaited, and how long. */
  readonly client: string | undefined
  /** Gateway that the caller sends the token to; none is printed when the profile is for another one. */
  readonly gatewayUrl: string | undefined
  readonly skipBrowser: boolean
  readonly forceRefresh: boolean
}

/**
 * Parses them without the command framework: this is on the path of every request of a client.
 *
 * @param argv Arguments after `token`.
 * @throws GateError `invalid-argument`.
 */
export function parseTokenArguments(argv: readonly string[]): TokenArguments {
  let profile: string | undefined
  let client: string | undefined
  let gatewayUrl: string | undefined
  let skipBrowser = false
  let forceRefresh = false
  for (let index = 0; index < argv.length; index++) {
    const [name, inline] = splitInline(argv[index] ?? '')
    const value = () => {
      const given = inline ?? argv[++index]
      if (given === undefined) throw usage(`${name} expects a value`)
      return given
    }
    if (name === '--profile') profile = value()
    else if (name === '--client') client = value()
    else if (name === '--gateway-url') gatewayUrl = value()
    else if (name === '--skip-browser' && inline === undefined) skipBrowser = true
    else if (name === '--force-refresh' && inline === undefined) forceRefresh = true
    else throw usage(`unknown argument ${name}`)
  }
  return { profile, client, gatewayUrl, skipBrowser, forceRefresh }
}

function splitInline(argument: string): [string, string | undefined] {
  const equals = argument.indexOf('=')
  return argument.startsWith('--') && equals !== -1
    ? [argument.slice(0, equals), argument.slice(equals + 1)]
    : [argument, undefined]
}

function usage(message: string): GateError {
  return new GateError({
    code: 'invalid-argument',
    message,
    fix: { action: 'help', topic: 'token' },
  })
}
