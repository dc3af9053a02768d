import { spawnSync } from 'node:child_process'
import {
  createTestHost,
  hostWith,
  type TestFiles,
  type TestHost,
  type TestHostInit,
  type TestProgram,
  testConnection,
} from '@gate/plugin-testkit'
import { parse } from 'plist'
import claudeDesktop from '../src/index.js'
import { installations } from './installations.js'

const DIRECTORY = '/Library/Managed Preferences'
/** The managed property list of the test host's user. */
export const PLIST = `${DIRECTORY}/user/com.anthropic.claudefordesktop.plist`
export const OSASCRIPT = '/usr/bin/osascript'
const SUDO = '/usr/bin/sudo'

/** A connection that asks for the managed property list. */
export const managed = testConnection('darwin', { options: { 'claude-desktop': { managed: 'user' } } })
/** The same without it. */
export const unmanaged = testConnection('darwin')

/** A Mac whose osascript really runs the command that it is given, below the root of the host. */
export interface Mac {
  readonly host: TestHost
  /** Every command that was run as root. */
  readonly commands: string[]
  /** How sudo was called. */
  readonly sudo: (readonly string[])[]
  /** Whether `sudo -v` was run in this terminal. Default false. */
  sudoAllowed: boolean
  /** What happens before the command is run; a result takes its place. */
  before: () => ReturnType<TestProgram> | undefined
}

export async function mac(
  init: Pick<TestHostInit, 'env' | 'intercept' | 'programs' | 'root'> & { readonly files?: TestFiles } = {},
): Promise<Mac> {
  const commands: string[] = []
  const sudo: (readonly string[])[] = []
  const machine: { host?: TestHost; before: Mac['before']; sudoAllowed: boolean } = {
    before: () => undefined,
    sudoAllowed: false,
  }
  const asRoot = (command: string, failed: (code: number, stderr: string) => string) => {
    commands.push(command)
    const answer = machine.before()
    if (answer !== undefined) return answer
    const native = command.replaceAll(DIRECTORY, machine.host?.toNative(DIRECTORY) ?? '/nowhere')
    const { status, stderr } = spawnSync('/bin/sh', ['-c', native], { encoding: 'utf8', env: {} })
    return status === 0 ? '' : { code: 1, stderr: failed(status ?? -1, stderr) }
  }
  const host = await createTestHost({
    platform: 'darwin',
    ...init,
    files: {
      ...installations.darwin.files,
      // Every Mac has them.
      [DIRECTORY]: { directory: true },
      '~/Library/Application Support': { directory: true },
      ...init.files,
    },
    programs: {
      [OSASCRIPT]: (args) =>
        asRoot(args[6] ?? '', (code, stderr) => `0:81: execution error: ${stderr.trim()} (${code})\n`),
      [SUDO]: (args) => {
        sudo.push(args)
        if (!machine.sudoAllowed) return { code: 1, stderr: 'sudo: a password is required\n' }
        return args[1] === '-v' ? '' : asRoot(args[4] ?? '', (_code, stderr) => stderr)
      },
      ...init.programs,
    },
  })
  machine.host = host
  return Object.assign(machine, { host, commands, sudo }) as Mac
}

/** Everything but gate's own directories. */
export async function theirs(host: TestHost): Promise<unknown> {
  return [...(await host.snapshot())].filter(([path]) => !path.includes('Application Support/gate'))
}

export async function values(host: TestHost): Promise<Record<string, unknown>> {
  return parse(await host.read(PLIST)) as Record<string, unknown>
}

export async function status(host: TestHost, connection = managed) {
  const answer = { code: 0, stdout: 'token\n', stderr: '', timedOut: false }
  await host.write({ '/gate/state/bin/gate-token-default': { content: '#!/bin/sh\n', mode: 0o700 } })
  const run: TestHost['process']['run'] = async (command, args, options) =>
    command === connection.helper.command ? answer : host.process.run(command, args, options)
  return claudeDesktop.status(hostWith(host, { process: { ...host.process, run } }), connection)
}
