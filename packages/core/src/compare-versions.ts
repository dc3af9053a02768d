/** Compares two versions by their numbers; a pre-release counts as its release. Negative: `a` is older. */
export function compareVersions(a: string, b: string): number {
  const numbers = (version: string) => version.split(/[-+]/, 1)[0]?.split('.').map(Number) ?? []
  const [left, right] = [numbers(a), numbers(b)]
  for (let index = 0; index < 3; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
