import { profileFlag } from '../command-flags.js'
import { GateCommand } from '../gate-command.js'
import { logoutText } from '../print/login.js'

export default class Logout extends GateCommand {
  static override summary =
    'Delete the tokens and secrets of the profile, and revoke them where the issuer offers that.'
  static override examples = ['<%= config.bin %> logout']
  static override flags = { profile: profileFlag }

  async run() {
    const { flags } = await this.parse(Logout)
    const result = await this.openGate().logout({ profile: flags.profile })
    this.say(logoutText(result))
    return { ...result, reason: result.reason ?? null }
  }
}
