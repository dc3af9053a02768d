import { boolean } from '@oclif/core/flags'
import { profileFlag } from '../command-flags.js'
import { GateCommand } from '../gate-command.js'
import { loginMethod } from '../login-method.js'
import { loginJson, loginText } from '../print/login.js'
import { askSecret, canPrompt, readStdin } from '../print/prompt.js'

export default class Login extends GateCommand {
  static override summary = 'Sign in at the issuer of the profile, or replace its API key.'
  static override examples = ['<%= config.bin %> login', '<%= config.bin %> login --device']
  static override flags = {
    profile: profileFlag,
    device: boolean({ description: 'sign in on another device', exclusive: ['skip-browser'] }),
    'skip-browser': boolean({ description: 'print the address to sign in at instead of opening a browser' }),
    'api-key-stdin': boolean({ description: 'read the API key of the profile from stdin' }),
    detached: boolean({ hidden: true, description: 'started by a helper in the background' }),
  }

  async run() {
    const { flags } = await this.parse(Login)
    // A helper may be started with an empty environment, and starts this one.
    const result = await this.openGate({ requireHome: false }).login({
      profile: flags.profile,
      method: loginMethod(flags),
      apiKey: flags['api-key-stdin'] ? await readStdin() : undefined,
      detached: flags.detached,
      ...(canPrompt() ? { askApiKey: () => askSecret('API key: ', this.signal) } : {}),
    })
    this.say(loginText(result))
    return loginJson(result)
  }
}
