import { GateError } from '@gate/core'
import { defineCommand, flag } from '../define-command.js'
import { exitCodeOfTeardown } from '../exit-codes.js'
import { teardownJson, teardownText } from '../print/teardown.js'

export default defineCommand({
  summary: 'Give the clients’ files back: all configured clients, or the named ones.',
  description:
    'Works without network, without the client and without its plugin. Keys that you changed since are left alone and named.',
  examples: [
    '<%= config.bin %> teardown',
    '<%= config.bin %> teardown codex',
    '<%= config.bin %> teardown --all --purge',
  ],
  strict: false,
  args: {
    client: { description: 'clients to undo (default: all configured ones)' },
  },
  flags: {
    all: flag({ description: 'every configured client; the same as naming none' }),
    purge: flag({ description: 'also delete tokens, profiles and everything else that gate keeps' }),
    'dry-run': flag({ description: 'show the changes as a diff and write nothing' }),
    force: flag({ description: 'remove gate’s keys even where they were changed since' }),
  },
  async run({ flags, argv }, line) {
    const clients = argv.map(String)
    if (flags.all && clients.length > 0) {
      throw new GateError({
        code: 'invalid-argument',
        message: 'name clients or give --all, not both',
        fix: { action: 'teardown', client: '--help' },
      })
    }
    const result = await line.openGate().teardown({
      clients,
      purge: flags.purge,
      dryRun: flags['dry-run'],
      force: flags.force,
    })
    process.exitCode = exitCodeOfTeardown(result)
    line.say(teardownText(result))
    return teardownJson(result)
  },
})
