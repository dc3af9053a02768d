import { styleText } from 'node:util'
import type { Finding } from '@gate/core'
import { actionText } from './action.js'
import { findingJson, placeText } from './finding.js'
import { forPeople } from './for-people.js'

/** Returns a failure for stderr: an object with `--json`, else what happened, where, and what helps. */
export function printFailure(failure: Finding, json: boolean): string {
  if (json) return `${JSON.stringify({ schemaVersion: 1, error: findingJson(failure) }, null, 2)}\n`
  return failureText(failure)
}

const failureText = forPeople((failure: Finding): string => {
  const lines = [`${styleText('red', 'Error:', { stream: process.stderr })} ${failure.message}`]
  const place = placeText(failure)
  if (place !== undefined && !failure.message.includes(place)) lines.push(`  at ${place}`)
  if (failure.fix !== undefined) lines.push(`  ${actionText(failure.fix)}`)
  return `${lines.join('\n')}\n`
})
