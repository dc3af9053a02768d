import { readdirSync, readFileSync } from 'node:fs'

const PERIOD_MS = 5

/** Collects the command lines of all processes of the machine, from its creation until it is stopped. */
export class ArgumentWatch {
  readonly #seen = new Set<string>()
  readonly #timer = setInterval(() => this.#look(), PERIOD_MS)

  /** Every command line seen so far. */
  get text(): string {
    return [...this.#seen].join('\n')
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    for (const name of readdirSync('/proc')) {
      if (!/^\d+$/.test(name)) continue
      try {
        this.#seen.add(readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' '))
      } catch {
        // The process ended meanwhile.
      }
    }
  }
}
