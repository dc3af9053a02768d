import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type ClientPlugin, GateError, isLoginWait, LOGIN_WAIT_RULE } from '@gate/core'
import { containForeignCode } from './contain.js'
import { type FoundPlugin, SUPPORTED_API_VERSION } from './find.js'
import { coreToLend, lendCore } from './lend-core.js'
import { isOwn, proveImport } from './prove-import.js'
import { withTimeLimit } from './time-limit.js'

/** Milliseconds that the import of a plugin may take; ours take under 10. */
export const IMPORT_LIMIT_MS = 5_000

const VERBS = ['detect', 'configure', 'revert', 'status'] as const

/**
 * Imports a plugin and checks that it is one.
 *
 * @param proofDirectory Where verdicts about foreign plugins are remembered; see {@link proveImport}.
 * @throws GateError `plugin-invalid` or `plugin-failed`, naming the package.
 */
export async function loadPlugin(found: FoundPlugin, proofDirectory: string): Promise<ClientPlugin> {
  if (found.problem || found.entry === undefined) {
    const { code, message, fix } = found.problem ?? {
      code: 'plugin-invalid' as const,
      message: 'no module',
      fix: undefined,
    }
    throw new GateError({ code, message, ...(fix === undefined ? {} : { fix }) })
  }
  try {
    const real = realpathSync(found.entry)
    const core = coreToLend(real)
    await proveImport(found, proofDirectory, IMPORT_LIMIT_MS, core)
    if (core !== undefined) lendCore(core)
    if (!isOwn(found.packageName)) containForeignCode(realpathSync(found.directory))
    const module: unknown = await withTimeLimit(import(pathToFileURL(found.entry).href), IMPORT_LIMIT_MS, 'its import')
    return checked(found, (module as { default?: unknown }).default)
  } catch (error) {
    if (GateError.isInstance(error) && error.code === 'plugin-invalid') throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new GateError({
      code: 'plugin-failed',
      message: `${found.packageName} could not be loaded: ${reason}`,
      file: found.entry,
      fix: `Install or update it again: gate plugins add ${found.packageName}@latest`,
      cause: error,
    })
  }
}

function checked(found: FoundPlugin, value: unknown): ClientPlugin {
  const plugin = (typeof value === 'object' && value !== null ? value : {}) as Partial<Record<string, unknown>>
  const wrong = (message: string) =>
    new GateError({
      code: 'plugin-invalid',
      message: `${found.packageName}: ${message}`,
      fix: 'Report it to its author.',
    })
  if (plugin.apiVersion !== SUPPORTED_API_VERSION) {
    throw wrong(
      `its default export states plugin API ${String(plugin.apiVersion)}, package.json ${SUPPORTED_API_VERSION}`,
    )
  }
  if (plugin.id !== found.id) throw wrong(`it calls itself "${String(plugin.id)}", package.json says "${found.id}"`)
  if (typeof plugin.displayName !== 'string') throw wrong('its default export has no displayName')
  if (plugin.loginWaitSeconds !== undefined && !isLoginWait(plugin.loginWaitSeconds)) throw wrong(LOGIN_WAIT_RULE)
  for (const verb of VERBS) {
    if (typeof plugin[verb] !== 'function') throw wrong(`its default export has no ${verb}()`)
  }
  return value as ClientPlugin
}
