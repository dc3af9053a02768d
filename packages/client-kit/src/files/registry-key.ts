import { environmentVariable, type Host } from '@gate/core'

/** One value of a registry key; what it holds is not looked at. */
export interface RegistryValue {
  readonly name: string
  /** E.g. `REG_SZ`. */
  readonly type: string
}

/** The values directly under a registry key; `unreadable` when it is there or cannot be asked for. */
export type RegistryKey =
  | { readonly state: 'absent' }
  | { readonly state: 'present'; readonly values: readonly RegistryValue[] }
  | { readonly state: 'unreadable' }

const PROGRAM_TIME_LIMIT_MS = 3000

/**
 * Reads the names and types of a key's values with `reg.exe`. Its messages are in the language of the system, so only
 * its exit code and the shape of its lines count.
 *
 * @param key With its hive, e.g. `HKLM\SOFTWARE\Policies\Example`.
 */
export async function readRegistryKey(host: Host, key: string): Promise<RegistryKey> {
  const answer = await query(host, key)
  if (answer === undefined) return { state: 'unreadable' }
  if (answer.code === 0) return { state: 'present', values: valuesIn(answer.stdout) }
  // It fails alike for a key that is absent and for one that must not be read; the parent tells which.
  const parent = await query(host, key.slice(0, key.lastIndexOf('\\')))
  if (parent === undefined) return { state: 'unreadable' }
  return { state: parent.code === 0 && hasSubkey(parent.stdout, key) ? 'unreadable' : 'absent' }
}

/**
 * The text of one value of a registry key, as it is stored: variables in it are not expanded. Undefined where there is no
 * such value, or none of a text.
 */
export async function readRegistryText(host: Host, key: string, name: string): Promise<string | undefined> {
  const answer = await query(host, key, '/v', name)
  if (answer?.code !== 0) return undefined
  const line = answer.stdout.split(/\r?\n/).find((text) => text.trimStart().startsWith(`${name} `))
  return line && /\sREG_(?:EXPAND_)?SZ\s+(.*)$/.exec(line)?.[1]
}

/** Lines of values: four spaces, the name, four spaces, the type, four spaces, the data. Pure. */
function valuesIn(text: string): RegistryValue[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const { name, type } = /^ {4}(?<name>\S.*?) {4}(?<type>REG_[A-Z_]+)(?: {4}|\s*$)/.exec(line)?.groups ?? {}
    return name === undefined || type === undefined ? [] : [{ name, type }]
  })
}

/** Lines of subkeys start with the hive's long name. Pure. */
function hasSubkey(text: string, key: string): boolean {
  const end = key.slice(key.indexOf('\\')).toLowerCase()
  return text.split(/\r?\n/).some((line) => /^HKEY_/i.test(line) && line.trimEnd().toLowerCase().endsWith(end))
}

async function query(host: Host, key: string, ...rest: readonly string[]) {
  const root = environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'
  try {
    const options = { timeoutMs: PROGRAM_TIME_LIMIT_MS }
    const result = await host.process.run(`${root}\\System32\\reg.exe`, ['query', key, ...rest], options)
    return result.timedOut || result.code === null ? undefined : result
  } catch {
    return undefined
  }
}
