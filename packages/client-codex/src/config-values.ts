/** A parsed TOML table. */
export type Table = Readonly<Record<string, unknown>>

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The table at a path; an empty one when there is none. Pure. */
export function tableAt(table: Table, ...path: readonly string[]): Table {
  const found = path.reduce<unknown>((at, key) => (isTable(at) ? at[key] : undefined), table)
  return isTable(found) ? found : {}
}

/** A key as TOML spells it. */
export function tomlKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
}
