/** A parsed JSON object. */
export type Settings = Readonly<Record<string, unknown>>

/** Whether a parsed value is a JSON object. */
export function isRecord(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object at a path; an empty one when there is none. Pure. */
export function recordAt(settings: Settings, ...path: readonly string[]): Settings {
  const found = valueAt(settings, ...path)
  return isRecord(found) ? found : {}
}

/** The value at a path. Pure. */
export function valueAt(settings: Settings, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), settings)
}
