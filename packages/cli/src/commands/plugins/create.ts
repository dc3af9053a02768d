import { defineCommand } from '../../define-command.js'
import { createdText } from '../../print/plugins.js'

export default defineCommand({
  summary: 'Write the package of a new client plugin, with tests that pass.',
  description: 'The package gets a directory of its own in the working directory.',
  examples: ['<%= config.bin %> plugins create example', '<%= config.bin %> plugins create @acme/gate-client-example'],
  args: {
    name: {
      description: 'id of the client, or name of the package (gate-client-ID, @scope/gate-client-ID)',
      required: true,
    },
  },
  async run({ args }, line) {
    const result = await line.openGate().plugins.create(args.name)
    line.say(createdText(result))
    return result
  },
})
