import { string as stringArg } from '@oclif/core/args'
import { profileFlag } from '../../command-flags.js'
import { GateCommand } from '../../gate-command.js'
import { setConfig } from '../../operations/config.js'
import { CONFIG_KEY_NAMES } from '../../operations/config-keys.js'

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
  static override flags = { profile: profileFlag }

  async run() {
    const { args, flags } = await this.parse(ConfigSet)
    const value = await setConfig(await this.openSession({ profile: flags.profile }), args.key, args.value)
    return { key: args.key, value: value ?? null }
  }
}
