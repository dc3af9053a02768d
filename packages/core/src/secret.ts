const INSPECT = Symbol.for('nodejs.util.inspect.custom')
const HIDDEN = '[secret]'

/** A value that must not be printed: every way of turning it into text says `[secret]`, except {@link Secret.reveal}. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  /** The value itself. Call it only where the secret leaves for the place it is meant for. */
  reveal(): string {
    return this.#value
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [INSPECT](): string {
    return HIDDEN
  }
}
