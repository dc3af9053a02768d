import { profileFlag } from '../command-flags.js'
import { defineCommand } from '../define-command.js'
import { logoutText } from '../print/login.js'

export default defineCommand({
  summary: 'Delete the tokens and secrets of the profile, and revoke them where the issuer offers that.',
  examples: ['<%= config.bin %> logout'],
  flags: { profile: profileFlag },
  async run({ flags }, line) {
    const result = await line.openGate().logout({ profile: flags.profile })
    line.say(logoutText(result))
    return { ...result, reason: result.reason ?? null }
  },
})
