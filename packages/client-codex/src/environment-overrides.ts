import { proxyOverride } from '@gate/client-kit'
import type { Host, Override } from '@gate/core'
import type { CodexEnvironment } from './environment.js'
import { isExempt } from './no-proxy.js'
import { knows } from './versions.js'

/** What Codex's environment does to it, with the file of variables in its home. Pure. */
export function environmentOverrides(
  host: Host,
  environment: CodexEnvironment,
  baseUrl: string | undefined,
  version: string | undefined,
): readonly Override[] {
  return [
    ...ignoredBaseUrl(environment),
    ...movedHome(host, environment),
    ...helperVariables(environment),
    ...execServer(environment, version),
    ...(baseUrl === undefined ? [] : proxy(environment, baseUrl)),
  ]
}

function ignoredBaseUrl(environment: CodexEnvironment): readonly Override[] {
  if (!environment.get('OPENAI_BASE_URL')) return []
  const effect = 'Nothing: Codex does not read it.'
  return [{ ...environment.placeOf('OPENAI_BASE_URL'), displaces: 'nothing', effect, severity: 'info' }]
}

/** The file is read where the shell says the home is; everything after it where the file says so. */
function movedHome({ env, home, path }: Host, environment: CodexEnvironment): readonly Override[] {
  const moved = environment.fromFile.HOME
  if (!moved || env.CODEX_HOME || path.resolve(moved) === home) return []
  const effect = `Codex reads ${path.join(moved, '.codex', 'config.toml')} instead of the user's file.`
  return [{ ...environment.placeOf('HOME'), displaces: 'config.toml', effect, severity: 'override' }]
}

/** An older Codex dies where nobody answers there; that cannot be seen from here. */
function execServer(environment: CodexEnvironment, version: string | undefined): readonly Override[] {
  const name = 'CODEX_EXEC_SERVER_URL'
  if (!environment.get(name) || knows(version, 'lateExecServer')) return []
  const effect = 'Codex refuses to start, unless the server that runs its commands answers.'
  return [{ ...environment.placeOf(name), displaces: 'everything', effect, severity: 'override' }]
}

/** What the helper goes by; it gets Codex's environment, and brings its own home and XDG directories. */
function helperVariables(environment: CodexEnvironment): readonly Override[] {
  return Object.keys(environment.fromFile)
    .filter((name) => ['GATE_HOME', 'GATE_TOKEN'].includes(name))
    .map((name) => ({
      ...environment.placeOf(name),
      displaces: 'credential',
      effect:
        "gate's helper, which Codex runs, looks for gate's files elsewhere; the gateway gets another token or none.",
      severity: 'override',
    }))
}

/**
 * An http gateway is on this machine; through a proxy the token would leave it, readable for everybody on the way. Of two
 * spellings the upper case hides the lower case, also when it is empty; a value that is no proxy is passed over; and a
 * program that a web server runs heeds none (all seen with 0.171.0).
 */
function proxy(environment: CodexEnvironment, baseUrl: string): readonly Override[] {
  if (!baseUrl.startsWith('http://') || !URL.canParse(baseUrl)) return []
  if (environment.get('REQUEST_METHOD') !== undefined) return []
  const spelled = (...names: readonly string[]) => names.find((name) => environment.get(name) !== undefined)
  const candidates = [spelled('HTTP_PROXY', 'http_proxy'), spelled('ALL_PROXY', 'all_proxy')]
  const name = candidates.find((each) => each !== undefined && isProxy(environment.get(each)))
  const exempt = environment.get('NO_PROXY') ?? environment.get('no_proxy') ?? ''
  if (name === undefined || isExempt(exempt, new URL(baseUrl))) return []
  return [proxyOverride(environment.placeOf(name), new URL(baseUrl))]
}

function isProxy(value = ''): boolean {
  if (!value.includes('://')) return value !== '' && URL.canParse(`http://${value}`)
  return URL.canParse(value) && /^(?:https?|socks[45][ah]?):/i.test(value)
}
