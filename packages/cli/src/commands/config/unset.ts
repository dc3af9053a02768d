import { string as stringArg } from '@oclif/core/args'
import { profileFlag } from '../../command-flags.js'
import { GateCommand } from '../../gate-command.js'

export default class ConfigUnset extends GateCommand {
  static override summary = 'Remove one setting of the profile.'
  static override examples = ['<%= config.bin %> config unset audience']
  static override args = { key: stringArg({ ignoreStdin: true, description: 'name of the setting', required: true }) }
  static override flags = { profile: profileFlag }

  async run() {
    const { args, flags } = await this.parse(ConfigUnset)
    await this.openGate().config.unset(args.key, { profile: flags.profile })
    return { key: args.key, value: null }
  }
}
