/** A parsed object of JSON, or table of TOML. */
export type Table = Readonly<Record<string, unknown>>

/** Whether a parsed value is an object; a date of TOML is none. Pure. */
export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
