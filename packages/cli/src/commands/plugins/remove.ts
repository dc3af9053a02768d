import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { GateCommand } from '../../gate-command.js'
import { removedJson, removedText } from '../../print/plugins.js'

export default class PluginsRemove extends GateCommand {
  static override summary = 'Uninstall a client plugin, or forget the directory of one.'
  static override description =
    'Refused while its client is configured, unless --teardown gives the client’s files back first.'
  static override examples = [
    '<%= config.bin %> plugins remove gate-client-example',
    '<%= config.bin %> plugins remove gate-client-example --teardown',
  ]
  static override args = {
    package: stringArg({
      ignoreStdin: true,
      description: 'package name or directory, as "plugins list" shows it',
      required: true,
    }),
  }
  static override flags = { teardown: boolean({ description: 'give the client’s files back first' }) }

  async run() {
    const { args, flags } = await this.parse(PluginsRemove)
    const result = await this.openGate().plugins.remove(args.package, { teardown: flags.teardown })
    this.say(removedText(result))
    return removedJson(result)
  }
}
