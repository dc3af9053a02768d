import { environmentVariable, type Host } from '@gate/core'

/** The desktop app reads the same configuration file as the command line. */
export type DesktopApp =
  | { readonly state: 'installed'; readonly location: string }
  | { readonly state: 'absent' }
  /** It could not be found out. */
  | { readonly state: 'unknown'; readonly problem: string }

const BUNDLE_ID = 'com.openai.codex'
const BUNDLES = ['Codex.app', 'ChatGPT.app']
const PROGRAM_TIME_LIMIT_MS = 5000

// Exactly this publisher's package from the Store: any program may call itself Codex.
const APPX_QUERY =
  "if (Get-AppxPackage -Name OpenAI.Codex | Where-Object { $_.PackageFamilyName -eq 'OpenAI.Codex_2p2nqsd0c76g0' -and $_.SignatureKind -eq 'Store' }) { 'installed' }"

/** Looks for the desktop app. There is none for Linux. */
export async function findDesktopApp(host: Host): Promise<DesktopApp> {
  switch (host.platform) {
    case 'darwin':
      return findBundle(host)
    case 'win32':
      return queryAppx(host)
    default:
      return { state: 'absent' }
  }
}

/** Both bundles can hold it, so only the identifier inside counts. */
async function findBundle(host: Host): Promise<DesktopApp> {
  for (const directory of ['/Applications', host.path.join(host.home, 'Applications')]) {
    for (const bundle of BUNDLES) {
      const location = host.path.join(directory, bundle)
      const plist = host.path.join(location, 'Contents', 'Info.plist')
      if (!(await host.fs.stat(plist).catch(() => undefined))) continue
      const args = ['-extract', 'CFBundleIdentifier', 'raw', '-o', '-', plist]
      const { output } = await run(host, '/usr/bin/plutil', args)
      if (output === BUNDLE_ID) return { state: 'installed', location }
    }
  }
  return { state: 'absent' }
}

async function queryAppx(host: Host): Promise<DesktopApp> {
  const root = environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'
  const shell = `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', APPX_QUERY]
  const { output, problem } = await run(host, shell, args)
  if (problem !== undefined) return { state: 'unknown', problem }
  return output === 'installed'
    ? { state: 'installed', location: 'OpenAI.Codex (Microsoft Store)' }
    : { state: 'absent' }
}

async function run(
  host: Host,
  command: string,
  args: readonly string[],
): Promise<{ output?: string; problem?: string }> {
  try {
    const { code, stdout, timedOut } = await host.process.run(command, args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
    if (timedOut) return { problem: `${command} did not answer in time` }
    return code === 0 ? { output: stdout.trim() } : { problem: `${command} failed` }
  } catch {
    return { problem: `${command} could not be started` }
  }
}

/** Whether a place is the desktop app and not a program that can be asked something. Pure. */
export function isDesktopApp(location: string): boolean {
  return location.endsWith('.app') || location.endsWith('(Microsoft Store)')
}
