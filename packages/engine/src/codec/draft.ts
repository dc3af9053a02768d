import { PieceTable } from './piece-table.js'
import type { TextSplice } from './types.js'

/** A text under edit together with what it parses to, which is parsed once per text and only when it is asked for. */
export class Draft<D> {
  readonly #table: PieceTable
  readonly #parse: (text: string) => D
  #parsed: { readonly document: D } | undefined

  /** @param parse May throw; then {@link document} does. */
  constructor(text: string, parse: (text: string) => D) {
    this.#table = new PieceTable(text)
    this.#parse = parse
  }

  get text(): string {
    return this.#table.text
  }

  get document(): D {
    this.#parsed ??= { document: this.#parse(this.text) }
    return this.#parsed.document
  }

  /** @param splices Sorted, relative to the present {@link text}. */
  apply(splices: readonly TextSplice[]): void {
    if (splices.length === 0) return
    this.#table.apply(splices)
    this.#parsed = undefined
  }

  /** Everything so far as splices on the original text. */
  splices(): TextSplice[] {
    return this.#table.splices()
  }
}
