import { setTimeout as sleep } from 'node:timers/promises'
import { string as stringArg } from '@oclif/core/args'
import { boolean, string } from '@oclif/core/flags'
import { cwdFlag, profileFlag } from '../command-flags.js'
import { exitCodeOfStatus } from '../exit-codes.js'
import { GateCommand } from '../gate-command.js'
import { statusJson, statusText } from '../print/status.js'

/** Milliseconds between two looks of `--watch`. */
const WATCH_MS = 2_000

export default class Status extends GateCommand {
  static override summary = 'Show per client whether its traffic goes through the gateway, and what is in the way.'
  static override examples = [
    '<%= config.bin %> status',
    '<%= config.bin %> status codex --json',
    '<%= config.bin %> status --live',
  ]
  static override strict = false
  static override args = { client: stringArg({ ignoreStdin: true, description: 'clients to look at (default: all)' }) }
  static override flags = {
    client: string({
      description: 'a client to look at, as the arguments; repeatable',
      helpValue: 'ID',
      multiple: true,
    }),
    cwd: cwdFlag,
    profile: profileFlag,
    live: boolean({ description: 'send one real request per connection' }),
    ask: boolean({
      description: 'ask the clients themselves where they have not answered yet in this situation',
      allowNo: true,
      default: true,
    }),
    'exit-code': boolean({
      description:
        'end with 0 only if every configured client is connected (3: a login is missing, 4: some are, 1: none)',
    }),
    watch: boolean({ description: 'look again every two seconds until interrupted' }),
  }

  async run() {
    const { flags, argv } = await this.parse(Status)
    const gate = this.openGate()
    for (;;) {
      const result = await gate.status({
        profile: flags.profile,
        cwd: flags.cwd,
        clients: [...argv.map(String), ...(flags.client ?? [])],
        live: flags.live,
        ask: flags.ask ? 'remembered' : 'never',
      })
      if (!flags.watch) {
        // Ctrl-C has set it already.
        process.exitCode ??= exitCodeOfStatus(result, flags['exit-code'])
        this.say(statusText(result))
        return statusJson(result)
      }
      if (this.jsonEnabled()) this.logJson(this.toSuccessJson(statusJson(result)))
      else this.redraw(statusText(result))
      await sleep(WATCH_MS, undefined, { signal: this.signal })
    }
  }
}
