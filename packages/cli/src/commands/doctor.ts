import { boolean } from '@oclif/core/flags'
import { cwdFlag, profileFlag } from '../command-flags.js'
import { GateCommand } from '../gate-command.js'
import { doctor } from '../operations/doctor.js'
import { doctorJson, doctorReport, doctorText } from '../print/doctor.js'
import { gateVersion } from '../version.js'

export default class Doctor extends GateCommand {
  static override summary =
    'Check everything from the secret store to the gateway’s answers, and name the command that helps.'
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --report > report.txt']
  static override flags = {
    cwd: cwdFlag,
    profile: profileFlag,
    live: boolean({ description: 'also send one real request per protocol' }),
    report: boolean({ description: 'print a text to send to somebody; no secrets in it' }),
  }

  async run() {
    const { flags } = await this.parse(Doctor)
    const session = await this.openSession({ profile: flags.profile, cwd: flags.cwd, tolerateInvalidConfig: true })
    const nodeVersion = process.versions.node
    const result = await doctor(session, { nodeVersion, live: flags.live })
    process.exitCode = result.exitCode
    const facts = { gateVersion: gateVersion(), nodeVersion, home: session.host.home }
    this.say(flags.report ? doctorReport(result, facts) : doctorText(result))
    return doctorJson(result)
  }
}
