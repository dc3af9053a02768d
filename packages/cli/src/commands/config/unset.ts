import { profileFlag } from '../../command-flags.js'
import { defineCommand } from '../../define-command.js'

export default defineCommand({
  summary: 'Remove one setting of the profile.',
  examples: ['<%= config.bin %> config unset audience'],
  args: { key: { description: 'name of the setting', required: true } },
  flags: { profile: profileFlag },
  async run({ args, flags }, line) {
    await line.openGate().config.unset(args.key, { profile: flags.profile })
    return { key: args.key, value: null }
  },
})
