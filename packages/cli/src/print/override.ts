import type { Override } from '@gate/core'
import { paint } from './paint.js'

/** One line about something that beats a client's files, or that is merely worth knowing. */
export function overrideLine({ severity, location, effect }: Override): string {
  const mark = severity === 'override' ? paint('red', 'overridden by') : paint('dim', 'note')
  return `${mark} ${location}: ${effect}`
}
