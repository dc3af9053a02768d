/** A parsed JSON object. */
export type Table = Readonly<Record<string, unknown>>

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a path; an empty one when there is none. Pure. */
export function tableAt(table: Table, ...path: readonly string[]): Table {
  const found = path.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), table)
  return isTable(found) ? found : {}
}
