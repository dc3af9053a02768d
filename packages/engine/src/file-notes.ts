import type { Finding } from '@gate/core'

/** Returns what is worth knowing about files as findings. */
export function fileNotes(messages: readonly string[]): Finding[] {
  return messages.map((message) => ({ code: 'file', severity: 'info', message }))
}
