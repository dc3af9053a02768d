import { profileFlag } from '../../command-flags.js'
import { defineCommand } from '../../define-command.js'
import { valueText } from '../../print/config.js'

export default defineCommand({
  summary: 'Print one setting; exit code 1 when it is not set.',
  examples: ['<%= config.bin %> config get gateway-url'],
  args: { key: { description: 'name of the setting', required: true } },
  flags: { profile: profileFlag },
  async run({ args, flags }, line) {
    const value = await line.openGate().config.get(args.key, { profile: flags.profile })
    if (value === undefined) process.exitCode = 1
    line.say(valueText(value))
    return { key: args.key, value: value ?? null }
  },
})
