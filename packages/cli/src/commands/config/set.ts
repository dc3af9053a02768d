import { advice, GateError, type Secret } from '@gate/core'
import { CONFIG_KEY_NAMES, configKey } from '@gate/sdk'
import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { profileFlag } from '../../command-flags.js'
import { GateCommand } from '../../gate-command.js'
import { askNewPassphrase, canPrompt } from '../../print/prompt.js'

export default class ConfigSet extends GateCommand {
  static override summary = 'Change one setting of the profile; an empty value means none.'
  static override description = `Settings: ${CONFIG_KEY_NAMES.join(', ')}. Clients follow at the next "gate setup".`
  static override examples = [
    '<%= config.bin %> config set gateway-url https://llm.example.com',
    '<%= config.bin %> config set secret-store file',
  ]
  static override args = {
    key: stringArg({ ignoreStdin: true, description: 'name of the setting', required: true }),
    value: stringArg({ ignoreStdin: true, description: 'new value', required: true }),
  }
  static override flags = {
    profile: profileFlag,
    passphrase: boolean({ description: 'with "secret-store file": protect the file with a new passphrase' }),
    'key-file': boolean({
      description: 'with "secret-store file": protect the file with a key file, so that clients need no passphrase',
      exclusive: ['passphrase'],
    }),
  }

  async run() {
    const { args, flags } = await this.parse(ConfigSet)
    const { config } = this.openGate()
    if (flags.passphrase || flags['key-file']) {
      if (configKey(args.key).name !== 'secret-store' || args.value !== 'file') {
        throw new GateError({
          code: 'invalid-argument',
          message: '--passphrase and --key-file belong to "secret-store file"',
          fix: advice('gate config set secret-store file --passphrase'),
        })
      }
      await config.protectSecrets(flags.passphrase ? await this.newPassphrase() : undefined, { profile: flags.profile })
      return { key: args.key, value: 'file' }
    }
    const value = await config.set(args.key, args.value, { profile: flags.profile })
    return { key: args.key, value: value ?? null }
  }

  /** @throws GateError `invalid-argument` where nobody can type one. */
  private async newPassphrase(): Promise<Secret> {
    const typed = canPrompt() ? await askNewPassphrase(this.signal) : undefined
    if (typed) return typed
    throw new GateError({
      code: 'invalid-argument',
      message: 'a new passphrase is asked for in a terminal, and none was given',
      fix: advice('gate config set secret-store file --key-file'),
    })
  }
}
