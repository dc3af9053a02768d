import { environmentVariable, findProgram, type Host } from '@gate/core'

/**
 * The Bash of Windows' Linux, if that is the shell pi would run the helper with: it knows no `C:/…`, and pi does not go on
 * to `cmd.exe` when a shell has run. pi takes Git Bash from where it is installed, then the first `bash.exe` on `PATH` (from
 * the source of 0.87.1). Reads only.
 */
export async function linuxShellOnWindows(host: Host): Promise<string | undefined> {
  if (host.platform !== 'win32') return undefined
  for (const name of ['ProgramFiles', 'ProgramFiles(x86)']) {
    const programs = environmentVariable(host, name)
    const gitBash = programs && host.path.join(programs, 'Git', 'bin', 'bash.exe')
    if (gitBash && (await host.fs.stat(gitBash).catch(() => undefined))) return undefined
  }
  const bash = await findProgram(host, 'bash')
  const isLinux = bash?.foundBy === 'path' && /\\(?:system32|sysnative|windowsapps)\\bash\.exe$/i.test(bash.path)
  return isLinux ? bash.path : undefined
}
