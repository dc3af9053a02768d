import { parseArgs } from 'node:util'
import type { DevGatewayOptions } from '../contract.js'

/** What the command line asks for. */
export type Command = { kind: 'help' } | { kind: 'serve'; json: boolean; options: DevGatewayOptions }

export const help = `Starts an LLM gateway and its OpenID provider on 127.0.0.1, until you stop it with Ctrl+C.

Usage: gate-dev-gateway [options]

  --port N             port of the gateway (default: any free one)
  --issuer-port N      port of the OpenID provider (default: any free one)
  --lifetime S         lifetime of access tokens in seconds (default: 3600)
  --anthropic-path P   prefix of the Anthropic routes, for example /anthropic (default: none)
  --openai-path P      prefix of the OpenAI routes, for example /openai (default: none)
  --answer TEXT        what every model answers
  --auth MODE          oidc (default), api-key or none
  --consent MODE       approve (default): sign-ins succeed at once; deny: they are refused;
                       manual: login and consent pages to click through
  --json               one JSON object per line: first the addresses, then each request
  --help               this text
`

/**
 * Reads the command line.
 *
 * @throws TypeError for an unknown option, a missing value or a value that is not one of those listed.
 */
export function readArguments(args: readonly string[]): Command {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string' },
      'issuer-port': { type: 'string' },
      lifetime: { type: 'string' },
      'anthropic-path': { type: 'string' },
      'openai-path': { type: 'string' },
      answer: { type: 'string' },
      auth: { type: 'string' },
      consent: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) return { kind: 'help' }

  const options: DevGatewayOptions = {}
  if (values.port !== undefined) options.port = wholeNumber('--port', values.port, 0, 65535)
  if (values['issuer-port'] !== undefined)
    options.issuerPort = wholeNumber('--issuer-port', values['issuer-port'], 0, 65535)
  if (values.lifetime !== undefined) {
    options.accessTokenLifetime = wholeNumber('--lifetime', values.lifetime, 1, 100 * 365 * 24 * 3600)
  }
  if (values['anthropic-path'] !== undefined) options.anthropicPath = values['anthropic-path']
  if (values['openai-path'] !== undefined) options.openaiPath = values['openai-path']
  if (values.answer !== undefined) options.answer = values.answer
  if (values.auth !== undefined) options.auth = oneOf('--auth', values.auth, ['oidc', 'api-key', 'none'])
  if (values.consent !== undefined) options.consent = oneOf('--consent', values.consent, ['approve', 'deny', 'manual'])
  return { kind: 'serve', json: values.json ?? false, options }
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || number < least || number > most) {
    throw new TypeError(`${option} must be a whole number from ${least} to ${most}; got "${text}"`)
  }
  return number
}

function oneOf<const Choice extends string>(option: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) throw new TypeError(`${option} must be ${choices.join(', ')}; got "${text}"`)
  return choice
}
