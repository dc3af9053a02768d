/**
 * What a record itself holds under a name that comes from outside: every object has a `constructor` and a `toString`, and
 * nobody put those there. Pure.
 */
export function ownValue<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined
}
