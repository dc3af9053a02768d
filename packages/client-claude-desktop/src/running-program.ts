import { environmentVariable, type Host } from '@gate/core'

/** How the processes of a program look on each system. */
export interface ProgramProcesses {
  /** Name of the process, of which 15 characters are kept. @see proc_pid_comm(5) */
  readonly linux: string
  /** Extended regular expression for the command line. */
  readonly darwin: string
  /** Name of the image without `.exe`, and what is in the paths of those that are meant. */
  readonly win32: { readonly image: string; readonly path: RegExp }
}

const PROGRAM_TIME_LIMIT_MS = 5000

/** Whether a program runs as this user. False when that cannot be found out. */
export async function isProgramRunning(host: Host, { linux, darwin, win32 }: ProgramProcesses): Promise<boolean> {
  switch (host.platform) {
    case 'linux':
      return hasProcess(host, linux)
    case 'darwin': {
      const user = host.process.uid === undefined ? [] : ['-U', String(host.process.uid)]
      return (await output(host, '/usr/bin/pgrep', [...user, '-f', darwin])) !== ''
    }
    case 'win32':
      return hasImage(host, win32.image, win32.path)
  }
}

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

async function hasImage(host: Host, image: string, place: RegExp): Promise<boolean> {
  const system = `${environmentVariable(host, 'SystemRoot') ?? 'C:\\Windows'}\\System32`
  const filter = ['/FI', `IMAGENAME eq ${image}.exe`, '/FO', 'CSV', '/NH']
  const listed = await output(host, `${system}\\tasklist.exe`, filter)
  if (!listed.split(/\r?\n/).some((line) => line.toLowerCase().startsWith(`"${image.toLowerCase()}.exe"`))) return false
  // Where those programs are costs most of a second to ask, so only when there is one.
  const paths = await output(host, `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`, [
    '-NoLogo',
    '-NoProfile',
    '-NonInteractive',
    '-Command',
    `(Get-Process -Name ${image} -ErrorAction SilentlyContinue).Path`,
  ])
  return paths.split(/\r?\n/).some((path) => place.test(path))
}

async function output(host: Host, command: string, args: readonly string[]): Promise<string> {
  try {
    const { code, stdout } = await host.process.run(command, args, { timeoutMs: PROGRAM_TIME_LIMIT_MS })
    return code === 0 ? stdout.trim() : ''
  } catch {
    return ''
  }
}
