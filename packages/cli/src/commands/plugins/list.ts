import { defineCommand } from '../../define-command.js'
import { pluginsJson, pluginsText } from '../../print/plugins.js'

export default defineCommand({
  summary: 'List the plugin packages found, where they are, and why one cannot be used.',
  examples: ['<%= config.bin %> plugins list', '<%= config.bin %> plugins list --json'],
  async run(_parsed, line) {
    const result = await line.openGate().plugins.list()
    line.say(pluginsText(result))
    return pluginsJson(result)
  },
})
