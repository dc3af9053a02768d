import { askProgram } from '@gate/client-kit'
import { type Answer, type Host, neutralDirectory, type ProcessResult, type QuestionContext } from '@gate/core'
import { denialOf, judge, silent } from './answer.js'
import { type ConfigLayers, readLayers } from './config-layers.js'
import { isDesktopApp } from './desktop-app.js'
import { readEnvironment } from './environment.js'
import { codexHome } from './paths.js'
import { provider } from './plan.js'
import { ruleFiles } from './rule-files.js'

/** Loads the whole configuration and prints names: no network, no file, no other program (0.120.0 to 0.171.0). */
const LOAD = ['features', 'list']
/** Names the provider that it would use. 0.120.0 has no such command. It starts system programs such as `lsb_release`. */
const DOCTOR = ['doctor', '--json']

/** Of the workload identity that Codex may sign in with: words and file names, no secrets. */
const PLAIN = ['OPENAI_IDENTITY_TOKEN_FILE', 'OPENAI_IDENTITY_TOKEN_SOURCE']

/** Nothing listens there: whatever Codex wants from the network fails at once. */
const NOWHERE = 'http://127.0.0.1:9'

/**
 * Asks Codex to load its configuration and to name the provider that it would use. Neither runs a hook, an MCP server, a
 * helper or anything else that a repository brings; and the working directory is used only where the user trusts it in
 * Codex, because elsewhere Codex passes over what a repository says.
 */
export async function ask(host: Host, { connection, detection, signal }: QuestionContext): Promise<Answer> {
  const { location, version } = detection
  if (location === undefined || isDesktopApp(location)) return silent('the desktop app cannot be asked')
  const layers = await readLayers(host, version)
  const trusted = layers.trusted.length > 0
  const home = await homeInForce(host)
  const run: Run = (args, { env, cwd = trusted ? host.cwd : neutralDirectory(host) } = {}) =>
    askProgram(host, {
      program: location,
      args,
      plain: PLAIN,
      env: { ...quiet(home), ...env },
      cwd,
      ...(signal === undefined ? {} : { signal }),
    })
  const [load, doctor, others] = await Promise.all([
    run(LOAD),
    run(DOCTOR),
    Promise.all(otherQuestions(host, layers, run)),
  ])
  const said = { program: 'codex', ...(version === undefined ? {} : { version }) }
  if (load.timedOut) return silent('codex features list gave no answer in time')
  // A program that fails without a word says nothing about its configuration.
  if (load.code !== 0 && load.stderr.trim() === '') return silent('codex features list failed without a word')
  if (load.code !== 0) return denialOf(host, layers, said, load.stderr, () => isFaultOfUser(host, trusted, run))
  const refused = others.find((answer) => answer && !answer.timedOut && answer.code !== 0)
  if (refused !== undefined) return denialOf(host, layers, said, refused.stderr, async () => false)
  return judge(said, doctor, connection && provider(host, connection).base_url)
}

type Run = (
  args: readonly string[],
  options?: { readonly env?: Readonly<Record<string, string | undefined>>; readonly cwd?: string },
) => Promise<ProcessResult>

/** Whoever fails without the user's directory as well, or only in this one, does not fail because of the user's files. */
async function isFaultOfUser(host: Host, trusted: boolean, run: Run): Promise<boolean> {
  const cwd = neutralDirectory(host)
  const without = await run(LOAD, { env: { ...quiet(cwd), CODEX_HOME: cwd }, cwd })
  if (without.code !== 0) return false
  return !trusted || (await run(LOAD, { cwd })).code !== 0
}

/**
 * What Codex finds only when it works (0.171.0): rules that it cannot read, and a sandbox that an administrator does not
 * allow, for which `codex exec`, that asks nobody, has no way out.
 */
function otherQuestions(host: Host, layers: ConfigLayers, run: Run): readonly Promise<ProcessResult | undefined>[] {
  const rules = ruleFiles(host, layers).then((files) =>
    files.length === 0
      ? undefined
      : run(['execpolicy', 'check', ...files.flatMap((file) => ['--rules', file]), '--', 'true']),
  )
  const unattended = layers.requirements.length === 0 ? undefined : run([...LOAD, '-c', 'approval_policy="never"'])
  return [rules, Promise.resolve(unattended)]
}

/** Codex's home as it will be: where its own file of variables names another home, Codex goes there. */
async function homeInForce(host: Host): Promise<string> {
  if (host.env.CODEX_HOME) return codexHome(host)
  const { HOME: home } = (await readEnvironment(host)).fromFile
  return home ? host.path.join(home, '.codex') : codexHome(host)
}

/**
 * What keeps a question without traces and without traffic. Codex puts helper programs and locks into its home, unless
 * that lies below the directory for temporary files (0.120.0 to 0.171.0).
 */
function quiet(home: string): Record<string, string | undefined> {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'].flatMap((name) => [name, name.toLowerCase()])
  return {
    ...Object.fromEntries(['TMPDIR', 'TMP', 'TEMP'].map((name) => [name, home])),
    ...Object.fromEntries(proxies.map((name) => [name, NOWHERE])),
    NO_PROXY: '',
    no_proxy: '',
    RUST_LOG: undefined,
    RUST_BACKTRACE: '0',
  }
}
