import { profileFlag } from '../../command-flags.js'
import { defineCommand } from '../../define-command.js'
import { configJson, configText } from '../../print/config.js'

export default defineCommand({
  summary: 'Show the saved connection and the clients that use it.',
  examples: ['<%= config.bin %> config show', '<%= config.bin %> config show --json'],
  flags: { profile: profileFlag },
  async run({ flags }, line) {
    const result = await line.openGate().config.show({ profile: flags.profile })
    line.say(configText(result))
    return configJson(result)
  },
})
