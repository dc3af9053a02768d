/** Numbers that look random and are the same in every run. */
export interface Random {
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Some of the items, in their order. */
  some<T>(items: readonly T[], probability: number): T[]
  shuffled<T>(items: readonly T[]): T[]
}

/** @see https://en.wikipedia.org/wiki/Xorshift */
export function randomOf(seed: number): Random {
  let state = (seed * 2_654_435_761 + 1) >>> 0 || 1
  const next = () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    state >>>= 0
    return state / 2 ** 32
  }
  for (let index = 0; index < 8; index += 1) next()
  const pick = <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T
  return {
    chance: (probability) => next() < probability,
    pick,
    some: (items, probability) => items.filter(() => next() < probability),
    shuffled: (items) =>
      items
        .map((item) => ({ item, order: next() }))
        .toSorted((a, b) => a.order - b.order)
        .map(({ item }) => item),
  }
}
