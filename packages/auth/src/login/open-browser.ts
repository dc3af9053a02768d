import { environmentVariable, findProgram, type Host, neutralDirectory } from '@gate/core'

/** How far the attempt came; `reason` fits after "The browser was not opened: ". */
export type BrowserOutcome = { readonly opened: true } | { readonly opened: false; readonly reason: string }

// A launcher such as xdg-open reports a failure within this time; a browser that stays in the foreground does not end.
const FAILS_WITHIN_MS = 3_000
const SECRETS = ['GATE_TOKEN', 'GATE_SECRET_STORE_PASSPHRASE']

/**
 * Opens a URL in the person's browser: `BROWSER`, else the system's opener. The program gets no stdin, stdout or stderr
 * of ours, so that nothing it prints reaches a client as a token, and none of gate's secrets in its environment.
 */
export async function openBrowser(host: Host, url: string, signal: AbortSignal): Promise<BrowserOutcome> {
  const commands = await browserCommands(host, url)
  if (commands.length === 0) return { opened: false, reason: 'BROWSER is "none"' }
  let reason = ''
  for (const [command, ...args] of commands) {
    if (command === undefined) continue
    const outcome = await launch(host, command, args, signal)
    if (outcome.opened) return outcome
    reason = outcome.reason
  }
  return { opened: false, reason }
}

async function launch(
  host: Host,
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<BrowserOutcome> {
  const env = Object.fromEntries(Object.entries(host.env).filter(([name]) => !SECRETS.includes(name)))
  try {
    // What a browser looks up in its working directory must not come from the repository that the user is in.
    const child = await host.process.launch(command, args, { env, cwd: neutralDirectory(host) })
    const stop = new AbortController()
    const code = await Promise.race([
      child.exited,
      host.clock.sleep(FAILS_WITHIN_MS, AbortSignal.any([stop.signal, signal])).then(
        () => 'running' as const,
        () => 'running' as const,
      ),
    ])
    stop.abort()
    if (code === 'running' || code === 0) return { opened: true }
    return { opened: false, reason: `${command} ended with ${code === null ? 'a signal' : `code ${code}`}` }
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
    return { opened: false, reason: `${command} could not be started (${errno})` }
  }
}

/** Command lines to try, in this order. */
async function browserCommands(host: Host, url: string): Promise<readonly (readonly string[])[]> {
  const browser = host.env.BROWSER
  if (browser === 'none') return []
  if (browser) return await fromVariable(host, browser, url)
  switch (host.platform) {
    case 'darwin':
      return [['/usr/bin/open', url]]
    case 'win32':
      // `start` would need the URL quoted for cmd.exe, where & and % have meanings.
      return [[`${system32(host)}\\rundll32.exe`, 'url.dll,FileProtocolHandler', url]]
    case 'linux':
      return [['xdg-open', url]]
  }
}

/**
 * `BROWSER` as xdg-open and Debian's sensible-browser read it: alternatives separated by `:`, with arguments, `%s` where
 * the URL belongs (else it comes last). A path of an existing file is taken whole, because it may hold blanks.
 */
async function fromVariable(host: Host, browser: string, url: string): Promise<readonly (readonly string[])[]> {
  if (host.path.isAbsolute(browser) && (await isFile(host, browser))) return [[browser, url]]
  const alternatives = host.platform === 'win32' ? [browser] : browser.split(':')
  const commands = alternatives
    .map((alternative) => alternative.split(/\s+/).filter((word) => word !== ''))
    .filter((words) => words.length > 0)
    .map((words) =>
      words.some((word) => word.includes('%s')) ? words.map((word) => word.replaceAll('%s', url)) : [...words, url],
    )
  if (host.platform !== 'win32') return commands
  return await Promise.all(commands.map(async ([name = '', ...args]) => [await onPath(host, name), ...args]))
}

/** The path of a program that is given by its name; Windows itself would look into the working directory first. */
async function onPath(host: Host, name: string): Promise<string> {
  if (/[\\/:]/.test(name)) return name
  return (await findProgram(host, name.replace(/\.(?:exe|com|bat|cmd)$/i, '')))?.path ?? name
}

function system32(host: Host): string {
  return `${environmentVariable(host, 'SystemRoot') || 'C:\\Windows'}\\System32`
}

async function isFile(host: Host, path: string): Promise<boolean> {
  try {
    return (await host.fs.stat(path)).isFile()
  } catch {
    return false
  }
}
