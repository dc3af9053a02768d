import { styleText } from 'node:util'
import type { Failure } from '@gate/sdk'
import { forPeople } from './for-people.js'

/** The `error` object of `--json`. */
export interface ErrorJson {
  readonly code: string
  readonly message: string
  readonly file: string | null
  readonly line: number | null
  readonly fix: string | null
}

export function errorJson(failure: Failure): ErrorJson {
  return {
    code: failure.code,
    message: failure.message,
    file: failure.file ?? null,
    line: failure.line ?? null,
    fix: failure.fix ?? null,
  }
}

/** A failure for stderr: an object with `--json`, else what happened, where, and what helps. */
export function printFailure(failure: Failure, json: boolean): string {
  if (json) return `${JSON.stringify({ schemaVersion: 1, error: errorJson(failure) }, null, 2)}\n`
  return failureText(failure)
}

const failureText = forPeople((failure: Failure): string => {
  const lines = [`${styleText('red', 'Error:', { stream: process.stderr })} ${failure.message}`]
  const place = placeOf(failure)
  if (place !== undefined && !failure.message.includes(place)) lines.push(`  at ${place}`)
  if (failure.fix !== undefined) lines.push(`  ${failure.fix}`)
  return `${lines.join('\n')}\n`
})

/** `file:line:column`, as far as they are known. */
export function placeOf(place: { file?: string; line?: number; column?: number }): string | undefined {
  if (place.file === undefined) return undefined
  return [place.file, place.line, place.line === undefined ? undefined : place.column]
    .filter((part) => part !== undefined)
    .join(':')
}
