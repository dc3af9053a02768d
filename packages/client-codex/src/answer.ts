import type { Answer, Finding, Host, ProcessResult } from '@gate/core'
import { advice } from '@gate/core'
import { clientWords } from './client-words.js'
import type { ConfigDocument, ConfigLayers } from './config-layers.js'
import { doctorReport } from './doctor-report.js'
import { codexHome, configFile } from './paths.js'
import { PROVIDER } from './plan.js'

/** Who answered. */
export type Speaker = Pick<Extract<Answer, { kind: 'confirms' }>, 'program' | 'version'>

/** Codex could not be asked. */
export function silent(why: string): Answer {
  return {
    kind: 'silent',
    reason: { code: 'not-asked', severity: 'error', message: `Codex could not be asked: ${why}.` },
  }
}

/**
 * What Codex means when it does not load its configuration.
 *
 * @param stderr What it printed.
 * @param isUsers Whether the fault lies in the user's own directory; asked where its words do not tell.
 */
export async function denialOf(
  host: Host,
  layers: ConfigLayers,
  speaker: Speaker,
  stderr: string,
  isUsers: () => Promise<boolean>,
): Promise<Answer> {
  const words = clientWords(stderr)
  // It asks its vendor for an organisation's policies first, and gate keeps it from the network.
  if (/workspace-managed|error sending request|failed to lookup/i.test(words.text)) return silent(words.text)
  // A command line that this version does not know.
  if (/^error: (?:unexpected|unrecognized|invalid)/.test(stderr)) return silent('this version has no command for it')
  const user = configFile(host)
  const named = words.file === undefined ? placeOf(layers, words.key) : { file: words.file, line: words.line }
  const file = named.file ?? ((await isUsers()) ? user : undefined)
  const line = named.line ?? (file === user ? await suspiciousLine(host, layers.user, words.text) : undefined)
  const reason: Finding = {
    code: 'refused-by-client',
    severity: 'error',
    message: `Codex does not start: ${words.text}`,
    ...(file === undefined
      ? {}
      : {
          place: { file, ...(line === undefined ? {} : { line }) },
          fix: advice(`Correct ${file}${line === undefined ? '' : `, line ${line}`}.`),
        }),
  }
  return { kind: 'denies', ...speaker, about: file === user ? 'file' : 'elsewhere', reasons: [reason] }
}

/**
 * What Codex means when it loads its configuration. Pure.
 *
 * @param baseUrl The gateway's address as gate wrote it.
 */
export function judge(speaker: Speaker, doctor: ProcessResult, baseUrl: unknown): Answer {
  const { provider, origins, version } = doctorReport(doctor.stdout)
  if (doctor.timedOut) return silent('codex doctor gave no answer in time')
  if (provider === undefined) return silent('this version does not name the provider that it uses')
  const said = { ...speaker, ...(version === undefined ? {} : { version }) }
  if (provider !== PROVIDER) return other(said, `Codex says that it uses the provider "${provider}".`)
  const ours = typeof baseUrl === 'string' && URL.canParse(baseUrl) ? new URL(baseUrl).origin : undefined
  const foreign = ours === undefined ? undefined : origins.find((origin) => origin !== ours)
  if (foreign !== undefined) return other(said, `Codex says that it sends requests to ${foreign}.`)
  return { kind: 'confirms', ...said }
}

function other(speaker: Speaker, message: string): Answer {
  return {
    kind: 'denies',
    ...speaker,
    about: 'elsewhere',
    reasons: [{ code: 'other-provider', severity: 'error', message }],
  }
}

/** The strongest document that sets a key, and the line. What gate wrote itself is right: of its table, others come first. */
function placeOf(layers: ConfigLayers, key: readonly string[]): { file?: string; line?: number } {
  if (key.length === 0) return {}
  const trusted = layers.projects.filter(({ isTrusted }) => isTrusted)
  const isOurs = key[0] === 'model_providers' && key[1] === PROVIDER
  const users = isOurs ? [layers.system, layers.user] : [layers.user, layers.system]
  for (let depth = key.length; depth > 0; depth--) {
    const path = key.slice(0, depth)
    for (const document of [...layers.requirements, ...layers.managed, ...trusted, ...users]) {
      if (document && hasPath(document, path)) {
        const line = document.lineOf(path)
        return { file: document.location, ...(line === undefined ? {} : { line }) }
      }
    }
  }
  return {}
}

function hasPath({ content }: ConfigDocument, path: readonly string[]): boolean {
  let value: unknown = content
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return false
    value = (value as Record<string, unknown>)[step]
  }
  return true
}

/** The line of a root key whose name or text is in the client's words, or that names a file which is not there. */
async function suspiciousLine(
  host: Host,
  document: ConfigDocument | undefined,
  text: string,
): Promise<number | undefined> {
  const entries = Object.entries(document?.content ?? {})
  const isQuoted = ([key, value]: readonly [string, unknown]) =>
    [`\`${key}`, `[${key}]`].some((spelling) => text.includes(spelling)) ||
    (key.includes('_') && text.includes(key)) ||
    (typeof value === 'string' && value.length > 3 && text.includes(value))
  const found = entries.find(isQuoted)
  if (found !== undefined) return document?.lineOf([found[0]])
  if (!text.includes('os error')) return undefined
  for (const [key, value] of entries) {
    if (typeof value !== 'string' || !/_(?:file|json|home|dir)$/.test(key)) continue
    const exists = await host.fs.stat(host.path.resolve(codexHome(host), value)).then(Boolean, () => false)
    if (!exists) return document?.lineOf([key])
  }
  return undefined
}
