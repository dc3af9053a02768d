import { profileFlag } from '../command-flags.js'
import { defineCommand, flag } from '../define-command.js'
import { loginMethod } from '../login-method.js'
import { loginJson, loginText } from '../print/login.js'
import { askSecret, canPrompt, readStdin } from '../print/prompt.js'

export default defineCommand({
  summary: 'Sign in at the issuer of the profile, or replace its API key.',
  examples: ['<%= config.bin %> login', '<%= config.bin %> login --device'],
  flags: {
    profile: profileFlag,
    device: flag({ description: 'sign in on another device', exclusive: ['skip-browser'] }),
    'skip-browser': flag({ description: 'print the address to sign in at instead of opening a browser' }),
    'api-key-stdin': flag({ description: 'read the API key of the profile from stdin' }),
    detached: flag({ hidden: true, description: 'started by a helper in the background' }),
  },
  async run({ flags }, line) {
    // A helper may be started with an empty environment, and starts this one.
    const result = await line.openGate({ requireHome: false }).login({
      profile: flags.profile,
      method: loginMethod(flags),
      apiKey: flags['api-key-stdin'] ? await readStdin() : undefined,
      detached: flags.detached,
      ...(canPrompt() ? { askApiKey: () => askSecret('API key: ', line.signal) } : {}),
    })
    line.say(loginText(result))
    return loginJson(result)
  },
})
