import { string as stringArg } from '@oclif/core/args'
import { GateCommand } from '../../gate-command.js'
import { addedText } from '../../print/plugins.js'

export default class PluginsAdd extends GateCommand {
  static override summary = 'Install a client plugin beside gate, or use one from a directory.'
  static override description =
    'A package or a .tgz file is installed by the package manager that installed gate, without running its scripts. A directory is recorded in gate’s configuration and stays where it is. What is no plugin is refused and leaves nothing behind.'
  static override examples = [
    '<%= config.bin %> plugins add @gate/client-codex',
    '<%= config.bin %> plugins add gate-client-example@1.2.0',
    '<%= config.bin %> plugins add ./gate-client-example',
  ]
  static override args = {
    package: stringArg({
      ignoreStdin: true,
      description: 'package name with or without @version, .tgz file, or directory',
      required: true,
    }),
  }

  async run() {
    const { args } = await this.parse(PluginsAdd)
    const result = await this.openGate().plugins.add(args.package)
    this.say(addedText(result))
    return result
  }
}
