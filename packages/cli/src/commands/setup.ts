import { advice, GateError } from '@gate/core'
import { profileFlag } from '../command-flags.js'
import { defineCommand, flag, option } from '../define-command.js'
import { exitCodeOfSetup } from '../exit-codes.js'
import { loginMethod } from '../login-method.js'
import { canPrompt, confirm, readStdin } from '../print/prompt.js'
import { setupJson, setupText } from '../print/setup.js'
import { profileChanges, profileFlags } from '../profile-flags.js'

export default defineCommand({
  summary: 'Save the connection, sign in, and configure the installed clients.',
  examples: [
    '<%= config.bin %> setup --gateway-url https://llm.example.com --issuer https://login.example.com --client-id gate',
    '<%= config.bin %> setup --client codex --dry-run',
  ],
  flags: {
    client: option({
      description: 'client to configure (default: every installed one); repeatable',
      helpValue: 'ID',
      multiple: true,
    }),
    ...profileFlags,
    profile: profileFlag,
    lazy: flag({ description: 'leave the login to the first request of a client' }),
    'skip-browser': flag({ description: 'print the address to sign in at instead of opening a browser' }),
    device: flag({ description: 'sign in on another device', exclusive: ['skip-browser'] }),
    'dry-run': flag({ description: 'show the changes as a diff and write nothing' }),
    force: flag({ description: 'take over settings that are protected because somebody else made them' }),
    ask: flag({
      description: 'ask the clients themselves whether they use what was written',
      allowNo: true,
      default: true,
    }),
    yes: flag({ description: 'do not ask for confirmation', char: 'y' }),
  },
  async run({ flags }, line) {
    const apiKey = flags['api-key-stdin'] ? await readStdin() : undefined
    if (apiKey?.reveal().trim() === '') {
      throw new GateError({
        code: 'invalid-argument',
        message: 'stdin held no API key',
        fix: advice('printf %s "$KEY" | gate setup --api-key-stdin'),
      })
    }
    const clients = (flags.client ?? []).filter((id) => id !== '')
    const prompts = canPrompt() && !flags.yes && !line.isJson && !flags['api-key-stdin']
    const result = await line.openGate().setup({
      profile: flags.profile,
      changes: profileChanges(flags),
      clients,
      activate: flags.profile !== undefined,
      apiKey,
      lazy: flags.lazy,
      method: loginMethod(flags),
      dryRun: flags['dry-run'],
      force: flags.force,
      ask: flags.ask,
      ...(prompts
        ? {
            confirm: (names, url) => confirm(`Configure ${names.join(' and ')} for ${url}?`, line.signal),
            offerEncryptedFile: (problem) => {
              line.progress.clear()
              const offer = 'Keep secrets in an encrypted file instead?'
              return confirm(`${problem} ${offer}`, line.signal)
            },
          }
        : {}),
    })
    process.exitCode = exitCodeOfSetup(result, clients)
    line.say(setupText(result))
    return setupJson(result)
  },
})
