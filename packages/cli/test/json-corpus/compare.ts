/**
 * Lists what of a recorded answer is gone from an answer of today, or is different. Fields that are new are fine, new items
 * of an array are not: whoever reads the second one would read another.
 *
 * @param path Place of both in the whole, for the list.
 * @returns One line per difference, e.g. `$.clients[0].state: "connected" became "drifted"`. Empty when all is there.
 */
export function differences(recorded: unknown, now: unknown, path = '$'): string[] {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(now)) return [changed(path, recorded, now)]
    if (recorded.length !== now.length) {
      return [`${path}: ${recorded.length} items became ${now.length}: ${JSON.stringify(now)}`]
    }
    return recorded.flatMap((item, index) => differences(item, now[index], `${path}[${index}]`))
  }
  if (isObject(recorded)) {
    if (!isObject(now)) return [changed(path, recorded, now)]
    return Object.entries(recorded).flatMap(([key, value]) =>
      Object.hasOwn(now, key) ? differences(value, now[key], `${path}.${key}`) : [`${path}.${key}: is missing`],
    )
  }
  return recorded === now ? [] : [changed(path, recorded, now)]
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function changed(path: string, recorded: unknown, now: unknown): string {
  return `${path}: ${JSON.stringify(recorded)} became ${JSON.stringify(now)}`
}
