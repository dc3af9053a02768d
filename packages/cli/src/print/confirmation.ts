import type { Confirmation } from '@gate/sdk'
import { forPeople } from './for-people.js'

/** `confirmedBy` of `--json`. Pure. */
export function confirmationJson(confirmed: Confirmation | null) {
  if (confirmed === null) return null
  return { program: confirmed.program, version: confirmed.version ?? null, at: new Date(confirmed.at).toISOString() }
}

/** The same for people. Pure. */
export const confirmationText = forPeople((confirmed: Confirmation | null): string => {
  if (confirmed === null) return 'not confirmed'
  return `confirmed by ${[confirmed.program, confirmed.version].filter((part) => part !== undefined).join(' ')}`
})
