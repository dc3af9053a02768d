import { GateCommand } from '../../gate-command.js'
import { pluginsJson, pluginsText } from '../../print/plugins.js'

export default class PluginsList extends GateCommand {
  static override summary = 'List the plugin packages found, where they are, and why one cannot be used.'
  static override examples = ['<%= config.bin %> plugins list', '<%= config.bin %> plugins list --json']

  async run() {
    await this.parse(PluginsList)
    const result = await this.openGate().plugins.list()
    this.say(pluginsText(result))
    return pluginsJson(result)
  }
}
