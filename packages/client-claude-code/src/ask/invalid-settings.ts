/**
 * What `claude doctor` says about the settings in a file, one text per key, in its own words (2.1.332:
 * `- FILE › permissions.defaultMode: Invalid value. …` below the line `Invalid settings`). Pure.
 */
export function invalidSettings(doctor: string, file: string): readonly string[] {
  const lines = doctor.split(/\r?\n/)
  const start = lines.indexOf('Invalid settings')
  if (start < 0) return []
  const end = lines.indexOf('', start)
  const found = lines.slice(start + 1, end < 0 ? undefined : end).flatMap((line) => {
    const [, place, words] = /^- (.*?)(?: › |: )(.*)$/.exec(line) ?? []
    return place === file && words !== undefined ? [words] : []
  })
  return [...new Set(found)]
}
