import { profileFlag } from '../command-flags.js'
import { defineCommand, flag, option } from '../define-command.js'
import { isTerminal, writeOut } from '../print/streams.js'

/** For `--help` and for callers of the command framework; `bin/run.js` sends every other call to `dist/token.js`. */
export default defineCommand({
  summary: 'Print a bearer token that is valid now, and nothing else, on stdout.',
  description: 'Everything else goes to stderr. Exit code 3: a login is required.',
  examples: ['curl -H "Authorization: Bearer $(<%= config.bin %> token)" …'],
  hasJson: false,
  flags: {
    profile: profileFlag,
    'skip-browser': flag({ description: 'never start a login' }),
    'force-refresh': flag({ description: 'get a new token although the cached one is valid' }),
    'gateway-url': option({ hidden: true, description: 'print nothing when the profile is for another gateway' }),
    client: option({ hidden: true, description: 'client that runs the helper' }),
  },
  async run({ flags }, line) {
    const { token } = await line.openGate({ requireHome: false }).token({
      profile: flags.profile,
      client: flags.client,
      gatewayUrl: flags['gateway-url'],
      skipBrowser: flags['skip-browser'],
      forceRefresh: flags['force-refresh'],
      foreground: isTerminal('stderr'),
    })
    writeOut(`${token.reveal()}\n`)
  },
})
