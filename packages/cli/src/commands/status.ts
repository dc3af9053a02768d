import { setTimeout as sleep } from 'node:timers/promises'
import { cwdFlag, profileFlag } from '../command-flags.js'
import { defineCommand, flag, option } from '../define-command.js'
import { exitCodeOfStatus } from '../exit-codes.js'
import { statusJson, statusText } from '../print/status.js'

/** Milliseconds between two looks of `--watch`. */
const WATCH_MS = 2_000

export default defineCommand({
  summary: 'Show per client whether its traffic goes through the gateway, and what is in the way.',
  examples: ['<%= config.bin %> status', '<%= config.bin %> status codex --json', '<%= config.bin %> status --live'],
  strict: false,
  args: { client: { description: 'clients to look at (default: all)' } },
  flags: {
    client: option({
      description: 'a client to look at, as the arguments; repeatable',
      helpValue: 'ID',
      multiple: true,
    }),
    cwd: cwdFlag,
    profile: profileFlag,
    live: flag({ description: 'send one real request per connection' }),
    ask: flag({
      description: 'ask the clients themselves where they have not answered yet in this situation',
      allowNo: true,
      default: true,
    }),
    'exit-code': flag({
      description:
        'end with 0 only if every configured client is connected (3: a login is missing, 4: some are, 1: none)',
    }),
    watch: flag({ description: 'look again every two seconds until interrupted' }),
  },
  async run({ flags, argv }, line) {
    const gate = line.openGate()
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
        line.say(statusText(result))
        return statusJson(result)
      }
      if (line.isJson) line.answer(statusJson(result))
      else line.redraw(statusText(result))
      await sleep(WATCH_MS, undefined, { signal: line.signal })
    }
  },
})
