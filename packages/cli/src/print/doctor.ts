import { type Check, type DoctorResult, maskSecrets } from '@gate/sdk'
import { actionText } from './action.js'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'

const MARKS: Readonly<Record<Check['result'], readonly ['green' | 'yellow' | 'red' | 'dim', string]>> = {
  pass: ['green', '✓'],
  warn: ['yellow', '!'],
  fail: ['red', '✗'],
  unknown: ['dim', '?'],
}

/** The answer of `doctor --json`. */
export function doctorJson(result: DoctorResult) {
  return {
    profile: result.profile,
    platform: result.platform,
    checks: result.checks.map((check) => ({
      id: check.id,
      title: check.title,
      result: check.result,
      detail: check.detail,
      fix: check.fix === undefined ? null : actionText(check.fix),
    })),
  }
}

/** What `doctor` says to people. */
export const doctorText = forPeople((result: DoctorResult): string => {
  const lines = result.checks.flatMap((check) => {
    const [colour, mark] = MARKS[check.result]
    const head = `${paint(colour, mark)} ${check.title}: ${check.detail}`
    return check.result === 'pass' || check.fix === undefined
      ? [head]
      : [head, `    ${paint('cyan', actionText(check.fix))}`]
  })
  return `${lines.join('\n')}\n`
})

/** What goes into a text that leaves the machine. */
export interface ReportFacts {
  readonly gateVersion: string
  readonly nodeVersion: string
}

/** The checks as plain text to send to somebody: no secrets, no colours, no name of the user. */
export const doctorReport = forPeople((result: DoctorResult, facts: ReportFacts): string => {
  const head = `gate ${facts.gateVersion}, node ${facts.nodeVersion}, ${result.platform}, profile ${result.profile}`
  const lines = result.checks.map(
    ({ result: seen, id, detail, fix }) =>
      `${seen.padEnd(7)} ${id}: ${detail}${fix === undefined ? '' : ` [${actionText(fix)}]`}`,
  )
  return maskSecrets(`${[head, ...lines].join('\n')}\n`).replaceAll(result.home, '~')
})
