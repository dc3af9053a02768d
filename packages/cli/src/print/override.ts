import type { Override } from '@gate/core'
import { forPeople } from './for-people.js'
import { paint } from './paint.js'

/** One line about something that beats a client's files, or that is merely worth knowing. */
export const overrideLine = forPeople(({ severity, location, effect }: Override): string => {
  const mark = severity === 'override' ? paint('red', 'overridden by') : paint('dim', 'note')
  return `${mark} ${location}: ${effect}`
})
