import { boolean, string } from '@oclif/core/flags'
import { profileFlag } from '../command-flags.js'
import { GateCommand } from '../gate-command.js'
import { writeOut } from '../print/streams.js'

/** For `--help` and for callers of the command framework; `bin/run.js` sends every other call to `dist/token.js`. */
export default class Token extends GateCommand {
  static override summary = 'Print a bearer token that is valid now, and nothing else, on stdout.'
  static override description = 'Everything else goes to stderr. Exit code 3: a login is required.'
  static override examples = ['curl -H "Authorization: Bearer $(<%= config.bin %> token)" …']
  static override enableJsonFlag = false
  static override flags = {
    profile: profileFlag,
    'skip-browser': boolean({ description: 'never start a login' }),
    'force-refresh': boolean({ description: 'get a new token although the cached one is valid' }),
    'gateway-url': string({ hidden: true, description: 'print nothing when the profile is for another gateway' }),
    client: string({ hidden: true, description: 'client that runs the helper' }),
  }

  async run() {
    const { flags } = await this.parse(Token)
    const { token } = await this.openGate({ requireHome: false }).token({
      profile: flags.profile,
      client: flags.client,
      gatewayUrl: flags['gateway-url'],
      skipBrowser: flags['skip-browser'],
      forceRefresh: flags['force-refresh'],
      foreground: process.stderr.isTTY === true,
    })
    writeOut(`${token.reveal()}\n`)
  }
}
