import { cwdFlag, profileFlag } from '../command-flags.js'
import { defineCommand, flag } from '../define-command.js'
import { exitCodeOfDoctor } from '../exit-codes.js'
import { doctorJson, doctorReport, doctorText } from '../print/doctor.js'
import { gateVersion } from '../version.js'

export default defineCommand({
  summary: 'Check everything from the secret store to the gateway’s answers, and name the command that helps.',
  examples: ['<%= config.bin %> doctor', '<%= config.bin %> doctor --report > report.txt'],
  flags: {
    cwd: cwdFlag,
    profile: profileFlag,
    live: flag({ description: 'also send one real request per protocol' }),
    report: flag({ description: 'print a text to send to somebody; no secrets in it' }),
  },
  async run({ flags }, line) {
    const result = await line.openGate().doctor({ profile: flags.profile, cwd: flags.cwd, live: flags.live })
    process.exitCode = exitCodeOfDoctor(result)
    const facts = { gateVersion: gateVersion(), nodeVersion: process.versions.node }
    line.say(flags.report ? doctorReport(result, facts) : doctorText(result))
    return doctorJson(result)
  },
})
