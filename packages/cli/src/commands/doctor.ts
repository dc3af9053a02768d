import { boolean } from '@oclif/core/flags'
import { cwdFlag, profileFlag } from '../command-flags.js'
import { exitCodeOfDoctor } from '../exit-codes.js'
import { GateCommand } from '../gate-command.js'
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
    const result = await this.openGate().doctor({ profile: flags.profile, cwd: flags.cwd, live: flags.live })
    process.exitCode = exitCodeOfDoctor(result)
    const facts = { gateVersion: gateVersion(), nodeVersion: process.versions.node }
    this.say(flags.report ? doctorReport(result, facts) : doctorText(result))
    return doctorJson(result)
  }
}
