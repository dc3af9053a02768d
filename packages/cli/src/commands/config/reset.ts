import { boolean } from '@oclif/core/flags'
import { GateCommand } from '../../gate-command.js'
import { resetJson, resetText } from '../../print/config.js'

export default class ConfigReset extends GateCommand {
  static override summary = 'Forget every profile and setting, and sign out.'
  static override description = 'Refused while clients are configured, unless --teardown gives their files back first.'
  static override examples = ['<%= config.bin %> config reset', '<%= config.bin %> config reset --teardown']
  static override flags = { teardown: boolean({ description: 'give the clients’ files back first' }) }

  async run() {
    const { flags } = await this.parse(ConfigReset)
    const result = await this.openGate().config.reset({ teardown: flags.teardown })
    this.say(resetText(result))
    return resetJson(result)
  }
}
