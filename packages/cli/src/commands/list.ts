import { defineCommand } from '../define-command.js'
import { listJson, listText } from '../print/list.js'

export default defineCommand({
  summary: 'List the known clients and the plugins they come from.',
  examples: ['<%= config.bin %> list', '<%= config.bin %> list --json'],
  async run(_parsed, line) {
    const result = await line.openGate().list()
    line.say(listText(result))
    return listJson(result)
  },
})
