import { askProgram, type ProgramQuestion } from '@gate/client-kit'
import { type Answer, advice, type Finding, type Host, isTable, type QuestionContext } from '@gate/core'
import { isProviderVariable } from '../host-managed.js'
import { readManagedSettings } from '../managed-settings.js'
import { settingsFile } from '../paths.js'
import { readLayers } from '../settings-layers.js'
import { knows } from '../versions.js'
import { askedDirectory } from './asked-directory.js'
import { withConfigurationCopy } from './configuration-copy.js'
import { invalidSettings } from './invalid-settings.js'

const PROGRAM = 'claude'

/**
 * Credentials whose presence decides which login counts. `CLAUDE_CODE_OAUTH_TOKEN` never does beside a helper, whatever
 * 2.1.158 says.
 */
const CREDENTIALS = [
  'ANTHROPIC_API_KEY',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_AWS_API_KEY',
  'ANTHROPIC_FOUNDRY_API_KEY',
  'ANTHROPIC_FOUNDRY_AUTH_TOKEN',
  'ANTHROPIC_IDENTITY_TOKEN',
  'AWS_BEARER_TOKEN_BEDROCK',
]

/** Switches and names of variables: no secrets, whatever their names look like. */
const SWITCHES = [
  'CLAUDE_CODE_HOST_AUTH_ENV_VAR',
  'CLAUDE_CODE_SKIP_ANTHROPIC_AWS_AUTH',
  'CLAUDE_CODE_SKIP_ANTHROPIC_GOOGLE_CLOUD_AUTH',
  'CLAUDE_CODE_SKIP_BEDROCK_AUTH',
  'CLAUDE_CODE_SKIP_FOUNDRY_AUTH',
  'CLAUDE_CODE_SKIP_MANTLE_AUTH',
  'CLAUDE_CODE_SKIP_VERTEX_AUTH',
]

const STATUS = ['auth', 'status']

/** Milliseconds for the words of a denial; without them it is a denial all the same. */
const CAUSE_LIMIT_MS = 1_200

/** Nothing listens here, so that what a version might want from the network while it is asked ends at once. */
const NO_NETWORK = 'http://127.0.0.1:1'

/** What `claude auth status` prints. */
interface Login {
  readonly method: string
  readonly provider: string
  /** Where the API key comes from: `apiKeyHelper`, or a variable that stands beside the helper. */
  readonly keySource: string | undefined
}

/**
 * Asks `claude auth status` which login counts. It runs neither the helper nor anything of a project (2.1.158, 2.1.197,
 * 2.1.332; `git config --get` in the older two), and answers without the network. Because Claude Code makes a
 * `.claude.json` and migrates settings whenever it starts, it is asked with a copy of its configuration.
 *
 * The same question with a helper alone in the settings tells whether the user's file is to blame when the helper does not
 * count, and `claude doctor` in which words (2.1.332; older ones print nothing without a terminal).
 */
export async function ask(host: Host, { detection, signal }: QuestionContext): Promise<Answer> {
  const { location, version } = detection
  if (location === undefined) return silent('program-unknown', 'Where Claude Code is installed is not known.')
  if (!knows(version, 'authStatus')) {
    return silent(
      'client-cannot-be-asked',
      `Claude Code ${version} cannot be asked; it tells which login counts from 2.1.158 on.`,
    )
  }
  const [program] = (await readManagedSettings(host, version)).programs
  if (program !== undefined) {
    return silent(
      'policy-program',
      `A program of the administrator computes settings that gate cannot see (${program}).`,
    )
  }
  const asked = await askedDirectory(host)
  return withConfigurationCopy(host, asked.trusted, async (copy) => {
    if (copy.movesAway) {
      return silent('configuration-moved', 'The settings send Claude Code to another configuration directory.')
    }
    const put = (args: readonly string[], directory: string, more: Partial<ProgramQuestion> = {}) =>
      askProgram(host, {
        program: location,
        args,
        cwd: asked.path,
        plain: SWITCHES,
        present: CREDENTIALS,
        ...more,
        env: {
          CLAUDE_CONFIG_DIR: host.toNative(directory),
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
          HTTPS_PROXY: NO_NETWORK,
          HTTP_PROXY: NO_NETWORK,
          // It may hold a credential, and does not change which login counts.
          ANTHROPIC_CUSTOM_HEADERS: undefined,
          ...more.env,
        },
        signal,
      })
    // At once: setup takes its keys back over the second answer, which must not hang on what the first one left of the time.
    const [{ stdout, stderr, timedOut }, alone] = await Promise.all([
      put(STATUS, copy.directory),
      put(STATUS, copy.helperAlone),
    ])
    const login = loginOf(stdout)
    if (timedOut) return silent('no-answer', 'Claude Code did not answer within 3 seconds.')
    if (login === undefined) {
      const said = firstLine(stderr) ?? firstLine(stdout)
      return silent('no-answer', `claude auth status said nothing that gate understands${said ? `: ${said}` : '.'}`)
    }
    const answered = { program: PROGRAM, ...(version === undefined ? {} : { version }) }
    if (usesHelper(login)) return { kind: 'confirms', ...answered }
    const loginAlone = login.method === 'none' ? loginOf(alone.stdout) : undefined
    if (loginAlone === undefined || !usesHelper(loginAlone)) {
      if (asked.trusted === undefined && (await hasSayInLogin(host, version))) {
        return silent('asked-without-project', 'Claude Code was asked without the settings of this directory.')
      }
      const reason: Finding = { code: 'client-uses-other-login', severity: 'error', message: otherLogin(login) }
      return { kind: 'denies', ...answered, about: 'elsewhere', reasons: [reason] }
    }
    const nowhere = host.toNative(copy.directory)
    const doctor = await put(['doctor'], copy.directory, {
      timeoutMs: CAUSE_LIMIT_MS,
      // Without the user's home and programs: it would start npm, which leaves a log in the home.
      env: { HOME: nowhere, USERPROFILE: nowhere, PATH: nowhere },
    })
    const [first = 'it does not say why.', ...others] = invalidSettings(doctor.stdout, host.toNative(copy.settings))
    return {
      kind: 'denies',
      ...answered,
      about: 'file',
      reasons: [dropped(host, first), ...others.map((words) => dropped(host, words))],
    }
  })
}

function dropped(host: Host, words: string): Finding {
  const file = settingsFile(host)
  return {
    code: 'client-drops-file',
    severity: 'error',
    message: `Claude Code leaves out ${file}: ${words}`,
    place: { file },
    fix: advice(`Correct what Claude Code names in ${file}.`),
  }
}

/** True when settings of the directory say which login counts: an answer given elsewhere is then about something else. */
async function hasSayInLogin(host: Host, version: string | undefined): Promise<boolean> {
  const { layers } = await readLayers(host, version)
  return layers.some(({ source, settings }) => {
    if (source !== 'project' && source !== 'local') return false
    const names = isTable(settings.env) ? Object.keys(settings.env) : []
    return settings.apiKeyHelper !== undefined || names.some(isProviderVariable)
  })
}

/** Started by Claude Desktop or remotely, it calls its method "none" although it sends the helper's token (2.1.332). */
function usesHelper({ method, provider, keySource }: Login): boolean {
  if (provider !== 'firstParty') return false
  if (method === 'none') return keySource === 'apiKeyHelper'
  return method === 'api_key_helper' && (keySource ?? 'apiKeyHelper') === 'apiKeyHelper'
}

function otherLogin({ method, provider, keySource }: Login): string {
  if (provider !== 'firstParty')
    return `Claude Code says that it uses the provider "${provider}" instead of the helper.`
  if (method === 'api_key_helper') return `Claude Code says that its API key comes from ${keySource}.`
  return `Claude Code says that its login is "${method}" and not the helper.`
}

/** Undefined for what is not the answer of `claude auth status`. Pure. */
function loginOf(stdout: string): Login | undefined {
  try {
    const value: unknown = JSON.parse(stdout)
    if (!isTable(value) || typeof value.authMethod !== 'string' || typeof value.apiProvider !== 'string')
      return undefined
    const { authMethod, apiProvider, apiKeySource } = value
    const keySource = typeof apiKeySource === 'string' ? apiKeySource : undefined
    return { method: authMethod, provider: apiProvider, keySource }
  } catch {
    return undefined
  }
}

function firstLine(text: string): string | undefined {
  return text
    .split('\n')
    .map((line) => line.trim())
    .find(Boolean)
}

function silent(code: string, message: string): Answer {
  return { kind: 'silent', reason: { code, severity: 'error', message } }
}
