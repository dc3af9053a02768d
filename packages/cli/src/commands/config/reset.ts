import { defineCommand, flag } from '../../define-command.js'
import { resetJson, resetText } from '../../print/config.js'

export default defineCommand({
  summary: 'Forget every profile and setting, and sign out.',
  description: 'Refused while clients are configured, unless --teardown gives their files back first.',
  examples: ['<%= config.bin %> config reset', '<%= config.bin %> config reset --teardown'],
  flags: { teardown: flag({ description: 'give the clients’ files back first' }) },
  async run({ flags }, line) {
    const result = await line.openGate().config.reset({ teardown: flags.teardown })
    line.say(resetText(result))
    return resetJson(result)
  },
})
