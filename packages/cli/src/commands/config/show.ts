import { profileFlag } from '../../command-flags.js'
import { GateCommand } from '../../gate-command.js'
import { configJson, configText } from '../../print/config.js'

export default class ConfigShow extends GateCommand {
  static override summary = 'Show the saved connection and the clients that use it.'
  static override examples = ['<%= config.bin %> config show', '<%= config.bin %> config show --json']
  static override flags = { profile: profileFlag }

  async run() {
    const { flags } = await this.parse(ConfigShow)
    const result = await this.openGate().config.show({ profile: flags.profile })
    this.say(configText(result))
    return configJson(result)
  }
}
