import { string as stringArg } from '@oclif/core/args'
import { GateCommand } from '../../gate-command.js'
import { createdText } from '../../print/plugins.js'

export default class PluginsCreate extends GateCommand {
  static override summary = 'Write the package of a new client plugin, with tests that pass.'
  static override description = 'The package gets a directory of its own in the working directory.'
  static override examples = [
    '<%= config.bin %> plugins create example',
    '<%= config.bin %> plugins create @acme/gate-client-example',
  ]
  static override args = {
    name: stringArg({
      ignoreStdin: true,
      description: 'id of the client, or name of the package (gate-client-ID, @scope/gate-client-ID)',
      required: true,
    }),
  }

  async run() {
    const { args } = await this.parse(PluginsCreate)
    const result = await this.openGate().plugins.create(args.name)
    this.say(createdText(result))
    return result
  }
}
