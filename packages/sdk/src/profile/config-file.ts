import { advice, GateError, gatePaths, type Host } from '@gate/core'
import { atomicWrite, describeIssue, errnoOf, ioError, removeLeftovers, resolveTarget, withLock } from '@gate/engine'
import { isConfig } from './config-shape.js'
import { emptyConfig } from './empty-config.js'
import type { GateConfig } from './schema.js'

/**
 * Reads `config.json`; a missing or blank file is {@link emptyConfig}.
 *
 * @throws GateError `invalid-config` naming the file and every wrong field, `file-not-regular`, `file-read-only` when it
 * cannot be read.
 */
export async function loadConfig(host: Host): Promise<GateConfig> {
  const file = gatePaths(host).config
  let text: string
  try {
    // Reading a FIFO would wait for somebody who writes.
    if (!(await host.fs.stat(file)).isFile()) throw notRegular(file)
    text = await host.fs.readFile(file, 'utf8')
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return emptyConfig()
    throw ioError(error, file, 'read')
  }
  return text.trim() === '' ? emptyConfig() : parseConfig(text, file)
}

async function parseConfig(text: string, file: string): Promise<GateConfig> {
  let value: unknown
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    // The message of JSON.parse quotes the text around the fault, which is the user's; only the position is told.
    const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? text.length)
    throw invalid(file, 'it is not valid JSON', text.slice(0, position).split('\n').length)
  }
  const version = typeof value === 'object' && value !== null ? (value as { version?: unknown }).version : undefined
  if (typeof version === 'number' && version > 1) {
    throw new GateError({
      code: 'invalid-config',
      message: `${file} was written by a newer gate (version ${version} of the file; this gate knows version 1).`,
      file,
      fix: { action: 'update-gate' },
    })
  }
  if (isConfig(value)) return value as GateConfig
  const { data, problem } = await bySchema(value)
  if (data) return data
  throw invalid(file, problem)
}

/** As the schema takes it, with its order of the fields, or what is wrong with it. */
async function bySchema(
  value: unknown,
): Promise<
  { readonly data: GateConfig; readonly problem?: undefined } | { readonly data?: undefined; readonly problem: string }
> {
  const { configSchema } = await import('./schema.js')
  const parsed = configSchema.safeParse(value)
  return parsed.success ? { data: parsed.data } : { problem: parsed.error.issues.map(describeIssue).join('; ') }
}

function notRegular(file: string): GateError {
  return new GateError({
    code: 'file-not-regular',
    message: `${file} is not a regular file.`,
    file,
    fix: advice(`Look at what is at ${file} and move it away.`),
  })
}

function invalid(file: string, problem: string, line?: number): GateError {
  return new GateError({
    code: 'invalid-config',
    message: `${file} is not valid: ${problem}.`,
    file,
    ...(line === undefined ? {} : { line }),
    fix: advice(`Correct ${file}, or start again with`, { action: 'reset-settings' }),
  })
}

/**
 * Changes `config.json` under its lock: read, change, check, replace in one piece. Equal content is not written again.
 * A link, as into a dotfiles repository, stays, and what it leads to is written.
 *
 * @param mutate Returns the new configuration; the one it gets is a copy that it may change and return.
 * @returns What is in the file now.
 * @throws GateError `invalid-config` when the present or the new content is not valid, `lock-timeout`, `disk-full`,
 * `file-read-only`, `file-dangling-link` for a link that leads nowhere.
 */
export async function updateConfig(
  host: Host,
  mutate: (config: GateConfig) => GateConfig | Promise<GateConfig>,
): Promise<GateConfig> {
  const file = gatePaths(host).config
  return withLock(host, 'config', async (lock) => {
    const { real } = await resolveTarget(host, file)
    await removeLeftovers(host, real)
    const before = await loadConfig(host)
    const changed = await mutate(structuredClone(before))
    if (isConfig(changed) && JSON.stringify(changed) === JSON.stringify(before)) return before
    const { data: after, problem } = await bySchema(changed)
    if (after === undefined) {
      throw new GateError({ code: 'invalid-config', message: `The configuration would not be valid: ${problem}.` })
    }
    if (JSON.stringify(after) !== JSON.stringify((await bySchema(before)).data)) {
      await atomicWrite(host, real, `${JSON.stringify(after, null, 2)}\n`, { beforeRename: () => lock.assertHeld() })
    }
    return after
  })
}
