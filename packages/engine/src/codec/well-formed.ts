/** False for a string with half of a surrogate pair, which no UTF-8 file can hold. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text)
}
