import { GateError } from '@gate/core'
import { string as stringArg } from '@oclif/core/args'
import { boolean } from '@oclif/core/flags'
import { exitCodeOfTeardown } from '../exit-codes.js'
import { GateCommand } from '../gate-command.js'
import { teardownJson, teardownText } from '../print/teardown.js'

export default class Teardown extends GateCommand {
  static override summary = 'Give the clients’ files back: all configured clients, or the named ones.'
  static override description =
    'Works without network, without the client and without its plugin. Keys that you changed since are left alone and named.'
  static override examples = [
    '<%= config.bin %> teardown',
    '<%= config.bin %> teardown codex',
    '<%= config.bin %> teardown --all --purge',
  ]
  static override strict = false
  static override args = {
    client: stringArg({ ignoreStdin: true, description: 'clients to undo (default: all configured ones)' }),
  }
  static override flags = {
    all: boolean({ description: 'every configured client; the same as naming none' }),
    purge: boolean({ description: 'also delete tokens, profiles and everything else that gate keeps' }),
    'dry-run': boolean({ description: 'show the changes as a diff and write nothing' }),
    force: boolean({ description: 'remove gate’s keys even where they were changed since' }),
  }

  async run() {
    const { flags, argv } = await this.parse(Teardown)
    const clients = argv.map(String)
    if (flags.all && clients.length > 0) {
      throw new GateError({
        code: 'invalid-argument',
        message: 'name clients or give --all, not both',
        fix: { action: 'teardown', client: '--help' },
      })
    }
    const result = await this.openGate().teardown({
      clients,
      purge: flags.purge,
      dryRun: flags['dry-run'],
      force: flags.force,
    })
    process.exitCode = exitCodeOfTeardown(result)
    this.say(teardownText(result))
    return teardownJson(result)
  }
}
