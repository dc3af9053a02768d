import { defineCommand, flag } from '../../define-command.js'
import { removedJson, removedText } from '../../print/plugins.js'

export default defineCommand({
  summary: 'Uninstall a client plugin, or forget the directory of one.',
  description: 'Refused while its client is configured, unless --teardown gives the client’s files back first.',
  examples: [
    '<%= config.bin %> plugins remove gate-client-example',
    '<%= config.bin %> plugins remove gate-client-example --teardown',
  ],
  args: {
    package: {
      description: 'package name or directory, as "plugins list" shows it',
      required: true,
    },
  },
  flags: { teardown: flag({ description: 'give the client’s files back first' }) },
  async run({ args, flags }, line) {
    const result = await line.openGate().plugins.remove(args.package, { teardown: flags.teardown })
    line.say(removedText(result))
    return removedJson(result)
  },
})
