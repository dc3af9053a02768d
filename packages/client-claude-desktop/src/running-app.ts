import { environmentVariable, type Host } from '@gate/core'

const PROGRAM_TIME_LIMIT_MS = 5000
/** Where the app's program is installed; Claude Code's is called claude.exe, too. */
const APP_PATH = /\\(?:WindowsApps|AnthropicClaude|Programs\\Claude)\\/i

/** Whether the app runs as this user. False when that cannot be found out. */
export async function isRunning(host: Host): Promise<boolean> {
  switch (host.platform) {
    case 'linux':
      return hasProcess(host, 'claude-desktop')
    case 'darwin':
      return (await macProcesses(host)) !== ''
    case 'win32':
      return windowsApp(host)
  }
}

/** @see proc_pid_comm(5): the name of a process, of which 15 characters are kept. */
async function hasProcess(host: Host, name: string): Promise<boolean> {
  for (const pid of await host.fs.readdir('/proc').catch((): string[] => [])) {
    if (!/^\d+$/.test(pid)) continue
    const comm = await host.fs.readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (comm.trimEnd() !== name) continue
    const owner = await host.fs.stat(`/proc/${pid}`).catch(() => undefined)
    if (owner !== undefined && (host.process.uid === undefined || owner.uid === host.process.uid)) return true
  }
  return false
}

async function macProcesses(host: Host): Promise<string> {
  const user = host.process.uid === undefined ? [] : ['-U', String(host.process.uid)]
  return output(host, '/usr/bin/pgrep', [...user, '-f', '/Claude\\.app/Contents/MacOS/Claude'])
}

async function windowsApp(host: Host): Promise<boolean> {
  const system = `${environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'}\\System32`
  const listed = await output(host, `${system}\\tasklist.exe`, ['/FI', 'IMAGENAME eq Claude.exe', '/FO', 'CSV', '/NH'])
  if (!/^"claude\.exe"/im.test(listed)) return false
  // Where those programs are costs most of a second to ask, so only when there is one.
  const paths = await output(host, `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`, [
    '-NoLogo',
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    '(Get-Process -Name claude -ErrorAction SilentlyContinue).Path',
  ])
  return paths.split(/\r?\n/).some((path) => APP_PATH.test(path))
}

async function output(host: Host, command: string, args: readonly string[]): Promise<string> {
  try {
    const { code, stdout } = await host.process.run(command, args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
    return code === 0 ? stdout.trim() : ''
  } catch {
    return ''
  }
}
