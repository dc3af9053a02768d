import { string as stringArg } from '@oclif/core/args'
import { profileFlag } from '../../command-flags.js'
import { GateCommand } from '../../gate-command.js'
import { valueText } from '../../print/config.js'

export default class ConfigGet extends GateCommand {
  static override summary = 'Print one setting; exit code 1 when it is not set.'
  static override examples = ['<%= config.bin %> config get gateway-url']
  static override args = { key: stringArg({ ignoreStdin: true, description: 'name of the setting', required: true }) }
  static override flags = { profile: profileFlag }

  async run() {
    const { args, flags } = await this.parse(ConfigGet)
    const value = await this.openGate().config.get(args.key, { profile: flags.profile })
    if (value === undefined) process.exitCode = 1
    this.say(valueText(value))
    return { key: args.key, value: value ?? null }
  }
}
