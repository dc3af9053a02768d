import fc from 'fast-check'

/** Odd values, and names that objects have already. */
const odd = fc.oneof(
  fc.constantFrom(null, true, false, '', 'json', 'helper', 0, -1, 1.5, 2 ** 60, [], {}, ['x'], { x: 1 }),
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(undefined, Number.NaN, Number.POSITIVE_INFINITY, new Date(0), Object.create({ inherited: 1 })),
)
const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'toString', 'kind', 'version', 'own'), fc.string())

/** One change somewhere in a document: another value, a field less, or a field more. */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  return fc.tuple(fc.array(fc.nat(), { maxLength: 8 }), fc.nat(2), odd, name).map(([way, kind, value, key]) => {
    const copy: unknown = structuredClone(document)
    let at = copy
    for (const step of way) {
      const next = children(at)
      const child = next.length === 0 ? undefined : next[step % next.length]
      if (typeof child?.[1] !== 'object' || child[1] === null) break
      at = child[1]
    }
    if (typeof at !== 'object' || at === null) return value
    const keys = Object.keys(at)
    const one = keys[(way.at(-1) ?? 0) % Math.max(1, keys.length)]
    if (Array.isArray(at) && kind === 2) at.push(value)
    else if (kind === 0 && one !== undefined) Reflect.deleteProperty(at, one)
    else {
      const changed = kind === 1 && one !== undefined ? one : key
      Object.defineProperty(at, changed, { value, enumerable: true, configurable: true, writable: true })
    }
    return copy
  })
}

function children(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : []
}
