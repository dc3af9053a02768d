import { defineCommand } from '../../define-command.js'
import { addedText } from '../../print/plugins.js'

export default defineCommand({
  summary: 'Install a client plugin beside gate, or use one from a directory.',
  description:
    'A package or a .tgz file is installed by the package manager that installed gate, without running its scripts. A directory is recorded in gate’s configuration and stays where it is. What is no plugin is refused and leaves nothing behind.',
  examples: [
    '<%= config.bin %> plugins add @gate/client-codex',
    '<%= config.bin %> plugins add gate-client-example@1.2.0',
    '<%= config.bin %> plugins add ./gate-client-example',
  ],
  args: {
    package: {
      description: 'package name with or without @version, .tgz file, or directory',
      required: true,
    },
  },
  async run({ args }, line) {
    const result = await line.openGate().plugins.add(args.package)
    line.say(addedText(result))
    return result
  },
})
