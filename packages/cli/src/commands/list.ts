import { GateCommand } from '../gate-command.js'
import { listJson, listText } from '../print/list.js'

export default class List extends GateCommand {
  static override summary = 'List the known clients and the plugins they come from.'
  static override examples = ['<%= config.bin %> list', '<%= config.bin %> list --json']

  async run() {
    await this.parse(List)
    const result = await this.openGate().list()
    this.say(listText(result))
    return listJson(result)
  }
}
