import { printable } from '@gate/sdk'
import { isTerminal } from './streams.js'

/** Tells a person what takes long. */
export interface Progress {
  /** Shows what is being done now, in place of what was shown before. */
  step(text: string): void
  /** Removes the line, before something else is written. */
  clear(): void
}

const ERASE_LINE = '\r\u001B[2K'

/** One line on stderr that is rewritten in place; nothing at all when stderr is no terminal or `quiet`. */
export function createProgress(quiet: boolean): Progress {
  if (quiet || !isTerminal('stderr')) return { step() {}, clear() {} }
  let shown = false
  return {
    step(text) {
      process.stderr.write(`${ERASE_LINE}${printable(text)} …`)
      shown = true
    },
    clear() {
      if (shown) process.stderr.write(ERASE_LINE)
      shown = false
    },
  }
}
