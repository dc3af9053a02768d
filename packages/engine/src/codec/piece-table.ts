import { applySplices } from './splice.js'
import type { TextSplice } from './types.js'

type Piece = { readonly from: number; readonly to: number } | { readonly inserted: string }

function lengthOf(piece: Piece): number {
  return 'inserted' in piece ? piece.inserted.length : piece.to - piece.from
}

/** The two halves of a piece that is cut `at` units after its beginning. */
function halves(piece: Piece, at: number): [Piece, Piece] {
  return 'inserted' in piece
    ? [{ inserted: piece.inserted.slice(0, at) }, { inserted: piece.inserted.slice(at) }]
    : [
        { from: piece.from, to: piece.from + at },
        { from: piece.from + at, to: piece.to },
      ]
}

/**
 * A text under edit that remembers which stretches of the original are left, so that several edits, each computed on
 * the text that the one before left, add up to one list of splices on the original.
 */
export class PieceTable {
  readonly #original: string
  #pieces: Piece[]
  #text: string

  constructor(original: string) {
    this.#original = original
    this.#text = original
    this.#pieces = [{ from: 0, to: original.length }]
  }

  get text(): string {
    return this.#text
  }

  /** @param splices Sorted, relative to the present {@link text}. */
  apply(splices: readonly TextSplice[]): void {
    this.#text = applySplices(this.#text, splices)
    for (const splice of splices.toReversed()) this.#replace(splice.offset, splice.remove.length, splice.insert)
  }

  #replace(offset: number, length: number, insert: string): void {
    const before: Piece[] = []
    const after: Piece[] = []
    let position = 0
    for (const piece of this.#pieces) {
      const size = lengthOf(piece)
      const end = position + size
      if (position < offset) before.push(end > offset ? halves(piece, offset - position)[0] : piece)
      if (end > offset + length) {
        after.push(position < offset + length ? halves(piece, offset + length - position)[1] : piece)
      }
      position = end
    }
    this.#pieces = [...before, { inserted: insert }, ...after].filter((piece) => lengthOf(piece) > 0)
  }

  /** Everything so far as splices on the original text. */
  splices(): TextSplice[] {
    const splices: TextSplice[] = []
    let position = 0
    let insert = ''
    const close = (to: number) => {
      const remove = this.#original.slice(position, to)
      if (remove !== insert) splices.push({ offset: position, remove, insert })
      insert = ''
    }
    for (const piece of this.#pieces) {
      if ('inserted' in piece) insert += piece.inserted
      else {
        close(piece.from)
        position = piece.to
      }
    }
    close(this.#original.length)
    return splices
  }
}
