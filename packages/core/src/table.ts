/** A parsed object of JSON, or table of TOML. */
export type Table = Readonly<Record<string, unknown>>

/** Whether a parsed value is an object; a date of TOML is none. Pure. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The object at a path; an empty one when there is none. Pure. */
export function tableAt(table: Table, ...path: readonly string[]): Table {
  const found = path.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), table)
  return isTable(found) ? found : {}
}
