import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

/** A D-Bus session of its own with a gnome-keyring that can be unlocked, locked or absent. */
export interface KeyringSession {
  /** What programs need to find the session. */
  readonly env: Record<string, string>
  /** Starts the daemon; with the password its login keyring is created or unlocked, without it stays locked. */
  startDaemon(password: string | undefined): Promise<void>
  stopDaemon(): Promise<void>
  stop(): Promise<void>
}

export async function startSession(): Promise<KeyringSession> {
  const home = await mkdtemp(join(tmpdir(), 'gate-keyring-'))
  const base = { HOME: home, XDG_RUNTIME_DIR: home, XDG_DATA_HOME: join(home, 'data'), PATH: process.env.PATH ?? '' }
  // The bus lives as long as the program in it, which lives as long as its stdin.
  const bus = start('dbus-run-session', ['--', 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; exec cat'], base)
  const address = (await firstOutput(bus, 'dbus-run-session')).trim()
  const env = { ...base, DBUS_SESSION_BUS_ADDRESS: address }
  let daemon: ChildProcess | undefined

  const stopDaemon = async () => {
    if (!daemon) return
    const gone = new Promise((resolve) => daemon?.once('exit', resolve))
    daemon.kill('SIGTERM')
    await gone
    daemon = undefined
  }
  return {
    env,
    async startDaemon(password) {
      await stopDaemon()
      const unlock = password === undefined ? [] : ['--unlock']
      daemon = start('gnome-keyring-daemon', ['--foreground', '--components=secrets', ...unlock], env)
      daemon.stdin?.end(password)
      await ready(daemon, env)
    },
    stopDaemon,
    async stop() {
      await stopDaemon()
      bus.stdin?.end()
      await new Promise((resolve) => bus.once('exit', resolve))
      await rm(home, { recursive: true, force: true })
    },
  }
}

function start(command: string, args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(command, [...args], { env, stdio: ['pipe', 'pipe', 'pipe'] })
}

/** The first thing that a program says, which both of these do when they are ready. */
function firstOutput(child: ChildProcess, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.on('error', () => {
      reject(new Error(`${name} is not installed: apt-get install dbus gnome-keyring libsecret-1-0`))
    })
    child.on('exit', (code) => reject(new Error(`${name} ended with code ${code}`)))
    child.stdout?.once('data', (chunk) => resolve(String(chunk)))
  })
}

/** Waits until the daemon has taken the name of the Secret Service. */
async function ready(daemon: ChildProcess, env: Record<string, string>): Promise<void> {
  const failed = new Promise<never>((_, reject) => {
    daemon.once('error', () =>
      reject(new Error('gnome-keyring-daemon is not installed: apt-get install gnome-keyring')),
    )
    daemon.once('exit', (code) => reject(new Error(`gnome-keyring-daemon ended with code ${code}`)))
  })
  failed.catch(() => {})
  const hasOwner = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets']
  for (;;) {
    const asked = start(
      'dbus-send',
      ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/', ...hasOwner],
      env,
    )
    let answer = ''
    asked.stdout?.on('data', (chunk) => {
      answer += chunk
    })
    const closed = new Promise((resolve) => asked.once('close', resolve))
    await Promise.race([closed, failed])
    if (answer.includes('boolean true')) return
    await setTimeout(50)
  }
}
